//! What the kills say about the suite: rules that have been seen to break, and what is missing.

use super::exceptions::Exceptions;
use super::kill::{Kill, Killer};
use crate::requirements::{Class, Requirement, Requirements};
use std::fmt;

/// How a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// A check that reports it kills a mutant that breaks it.
    Seen(&'a Kill, &'a Killer),
    /// Nothing checks it, for a reason that the catalogue gives.
    Excluded(&'a str),
    /// No mutant can be seen to break it, for a written reason.
    Reasoned(&'a str),
    /// None of these.
    Open,
}

impl<'a> Standing<'a> {
    /// How every requirement stands, in the order of the catalogue. The strictest check counts.
    pub fn of_all(
        requirements: &'a Requirements,
        kills: &'a [Kill],
        exceptions: &'a Exceptions,
    ) -> impl Iterator<Item = (&'a Requirement, Self)> {
        requirements.iter().map(move |rule| {
            let seen =
                kills.iter().filter_map(|kill| Some((kill, kill.named.get(rule.id.as_str())?)));
            let standing = match seen.rev().max_by_key(|(_, killer)| killer.verdict) {
                Some((kill, killer)) => Self::Seen(kill, killer),
                None => match (&rule.excluded, exceptions.requirement(&rule.id)) {
                    (Some(reason), _) => Self::Excluded(reason),
                    (None, Some(reason)) => Self::Reasoned(reason),
                    (None, None) => Self::Open,
                },
            };
            (rule, standing)
        })
    }
}

/// Requirements of one class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub rules: usize,
    /// Seen to break.
    pub seen: usize,
    /// Excluded by the catalogue.
    pub excluded: usize,
    /// With a written reason.
    pub reasoned: usize,
    /// Neither.
    pub open: usize,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// A mutant that nothing kills, without a reason.
    Survivor(&'static str),
    /// A requirement that no killed mutant breaks, without a reason.
    Unseen(String),
    /// A reason for a mutant that is killed, or that does not exist.
    StaleSurvivor(String),
    /// A reason for a requirement that was seen to break, is excluded, or does not exist.
    StaleRequirement(String),
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Survivor(name) => write!(f, "{name} survives, and no reason is written"),
            Self::Unseen(id) => {
                write!(f, "{id} has not been seen to break, and no reason is written")
            }
            Self::StaleSurvivor(name) => {
                write!(f, "the reason why {name} survives is stale: it is killed or gone")
            }
            Self::StaleRequirement(id) => {
                write!(
                    f,
                    "the reason why nothing breaks {id} is stale: it breaks, is excluded or gone"
                )
            }
        }
    }
}

/// Kills, catalogue and reasons together.
#[derive(Clone, Copy, Debug)]
pub struct Audit<'a> {
    /// The catalogue.
    pub requirements: &'a Requirements,
    /// What became of the mutants.
    pub kills: &'a [Kill],
    /// Written reasons.
    pub exceptions: &'a Exceptions,
}

impl<'a> Audit<'a> {
    /// How every requirement stands.
    pub fn standings(&self) -> impl Iterator<Item = (&'a Requirement, Standing<'a>)> {
        Standing::of_all(self.requirements, self.kills, self.exceptions)
    }

    /// Requirements of a class, counted.
    pub fn tally(&self, class: Class) -> Tally {
        let mut tally = Tally::default();
        for (_, standing) in self.standings().filter(|(rule, _)| rule.class == class) {
            tally.rules += 1;
            *match standing {
                Standing::Seen(..) => &mut tally.seen,
                Standing::Excluded(_) => &mut tally.excluded,
                Standing::Reasoned(_) => &mut tally.reasoned,
                Standing::Open => &mut tally.open,
            } += 1;
        }
        tally
    }

    /// Mutants that are killed, and those of them by a check that names what they break.
    pub fn killed(&self) -> (usize, usize) {
        let killed = self.kills.iter().filter(|kill| kill.killed()).count();
        (killed, self.kills.iter().filter(|kill| kill.is_named()).count())
    }

    /// Survivors without a reason.
    pub fn survivors(&self) -> impl Iterator<Item = Complaint> {
        let left = self.kills.iter().filter(|kill| !kill.killed()).map(|kill| kill.mutant.name);
        let exceptions = self.exceptions;
        left.filter(|name| exceptions.survivor(name).is_none()).map(Complaint::Survivor)
    }

    /// Everything that is wrong, when all mutants were taken.
    pub fn complaints(&self) -> Vec<Complaint> {
        let mut complaints: Vec<Complaint> = self.survivors().collect();
        let open = self.standings().filter(|(_, standing)| *standing == Standing::Open);
        complaints.extend(open.map(|(rule, _)| Complaint::Unseen(rule.id.clone())));
        for entry in &self.exceptions.survivors {
            let kill = self.kills.iter().find(|kill| kill.mutant.name == entry.id);
            if kill.is_none_or(Kill::killed) {
                complaints.push(Complaint::StaleSurvivor(entry.id.clone()));
            }
        }
        for entry in &self.exceptions.requirements {
            let mut standings = self.standings();
            let standing = standings.find(|(rule, _)| rule.id == entry.id);
            if !matches!(standing, Some((_, Standing::Reasoned(_)))) {
                complaints.push(Complaint::StaleRequirement(entry.id.clone()));
            }
        }
        complaints
    }
}
