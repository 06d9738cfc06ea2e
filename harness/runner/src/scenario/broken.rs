//! The step `broken`: the tester sends broken forms of a valid vector, one after the other.

use super::model::{Rests, Sight};
use crate::vectors::sweep::{Group, Spot, Sweep};
use std::sync::Arc;
use wireproof_base::{ConnId, Duration};

/// Broken forms of one base, and what must come of each.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Connection to send on.
    pub conn: ConnId,
    /// The forms, and the packet they are forms of.
    pub pool: Arc<Pool>,
    /// Numbers that the dialogue has chosen.
    pub chosen: Vec<Chosen>,
    /// How many forms one execution sends.
    pub draw: usize,
    /// Most executions in which a run without a budget sends them.
    pub rounds: u64,
    /// What must come of each form.
    pub fate: Fate,
    /// The requirement of a miss, if not that of the form.
    pub requirement: Option<String>,
    /// The reading of a miss, if not that of the form.
    pub reading: Option<String>,
}

/// Forms in the order in which they are sent.
#[derive(Debug)]
pub struct Pool {
    /// The packet.
    pub bytes: Vec<u8>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Index of the group, and the number that makes the form.
    pub forms: Vec<(usize, i64)>,
}

/// A number in the packet that the dialogue has chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Where it stands.
    pub spot: Spot,
    /// The number, or the tag of a session.
    pub value: u64,
    /// Whether every form takes the next one.
    pub rising: bool,
}

/// What must come of a form.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// This must be seen.
    Refused(Sight, Option<Duration>),
    /// This must not be seen for so long.
    Dropped(Sight, Duration),
}

impl Pool {
    /// The forms of `sweep` that `takes` admits. Neighbours of the file are sent far from each
    /// other, so that a few forms are a sample of all.
    pub fn new(sweep: &Sweep, takes: impl Fn(&Group, &[u8]) -> bool) -> Self {
        let mut found = Vec::new();
        let mut bytes = Vec::new();
        for (index, group) in sweep.groups.iter().enumerate() {
            for &number in &group.numbers {
                bytes.clear();
                bytes.extend_from_slice(&sweep.bytes);
                group.apply(number, &mut bytes);
                if takes(group, &bytes) {
                    found.push((index, number));
                }
            }
        }
        let stride = stride(found.len());
        let forms = (0..found.len()).map(|at| found[at * stride % found.len()]).collect();
        Self { bytes: sweep.bytes.clone(), groups: sweep.groups.clone(), forms }
    }
}

/// A step that visits every one of `len` places, about five eighths of the way round.
fn stride(len: usize) -> usize {
    let divides = |a: usize, b: usize| {
        let (mut a, mut b) = (a, b);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    (len * 5 / 8..).find(|&step| step > 0 && divides(step, len) == 1).unwrap_or(1)
}

impl Broken {
    /// The form that an execution with `seed` sends as its `nth`: seeds continue one another.
    pub fn form(&self, seed: u64, nth: usize) -> (&Group, i64) {
        let len = self.pool.forms.len() as u64;
        let first = (seed % len) * (self.draw as u64 % len);
        let (group, number) = self.pool.forms[((first + nth as u64) % len) as usize];
        (&self.pool.groups[group], number)
    }

    /// How many forms one execution sends.
    pub fn count(&self) -> usize {
        self.draw.min(self.pool.forms.len())
    }

    /// Executions until every form was sent, or until enough of them were.
    pub fn rounds(&self) -> u64 {
        (self.pool.forms.len().div_ceil(self.draw) as u64).min(self.rounds)
    }

    /// What its forms check.
    pub fn requirements(&self) -> impl Iterator<Item = &str> {
        let groups = self.pool.forms.iter().map(|(group, _)| &self.pool.groups[*group]);
        let first = groups.filter_map(|group| group.requirements.first());
        first.chain(&self.requirement).map(String::as_str)
    }

    /// What a miss of a form of `group` rests on.
    pub fn rests(&self, group: &Group) -> Rests {
        let first = group.requirements.first();
        Rests {
            requirement: self.requirement.as_ref().or(first).cloned().unwrap_or_default(),
            reading: self.reading.as_ref().or(group.reading.as_ref()).cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::stride;

    #[test]
    fn a_stride_visits_every_place() {
        for len in 1..200 {
            let mut seen: Vec<usize> = (0..len).map(|at| at * stride(len) % len).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..len).collect::<Vec<_>>());
        }
    }
}
