//! Broken forms, sent one by one: the next one when the fate of the last is known.

use super::outcome::{Form, node_of};
use super::run::{Job, World};
use super::state::Blocked;
use crate::scenario::broken::{Broken, Fate};
use crate::vectors::sweep::write;
use wireproof_base::{Crossing, StreamId};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;

/// The number that scenarios write as a tag.
const SESSION: &str = "session";

impl<P: Speaks + Judged> World<P> {
    /// Sends forms as long as they meet their fate; `false` if one has to be waited for.
    pub(super) fn send_forms(&mut self, job: &Job<'_, P>, step: &Broken) -> bool {
        while !self.state.stop {
            if self.state.blocked.is_none() {
                if self.state.forms == step.count() {
                    self.state.forms = 0;
                    return true;
                }
                self.send_form(job, step);
                self.state.blocked = Some(match &step.fate {
                    Fate::Refused(_, within) => Blocked::Expect(self.patience(job, *within)),
                    Fate::Dropped(_, span) => Blocked::Absent(self.state.now + *span),
                });
            }
            if !self.is_fulfilled(job, step) {
                return false;
            }
            self.state.blocked = None;
            self.state.forms += 1;
        }
        false
    }

    fn is_fulfilled(&mut self, job: &Job<'_, P>, step: &Broken) -> bool {
        let now = self.state.now;
        match (&step.fate, self.state.blocked) {
            (Fate::Refused(sight, _), Some(Blocked::Expect(until))) => {
                if self.see(sight) {
                    return true;
                }
                if now >= until {
                    self.miss_form(job, step);
                }
                false
            }
            (Fate::Dropped(sight, _), Some(Blocked::Absent(until))) => {
                if let Some(observed) = self.see_unwanted(sight) {
                    let form = self.form(job, step);
                    self.miss_of(format!("never: {sight}"), observed, Some(form));
                    return false;
                }
                now >= until
            }
            _ => false,
        }
    }

    /// The form that is out has not met its fate.
    pub(super) fn miss_form(&mut self, job: &Job<'_, P>, step: &Broken) {
        let Fate::Refused(sight, _) = &step.fate else { return };
        let (expected, observed) = self.in_words(sight);
        let form = self.form(job, step);
        self.miss_of(expected, observed, Some(form));
    }

    fn form(&self, job: &Job<'_, P>, step: &Broken) -> Box<Form> {
        let (group, number) = step.form(job.seed.0, self.state.forms);
        Box::new(Form { group: group.id.clone(), number, rests: step.rests(group) })
    }

    fn send_form(&mut self, job: &Job<'_, P>, step: &Broken) {
        let (group, number) = step.form(job.seed.0, self.state.forms);
        let mut bytes = step.pool.bytes.clone();
        for chosen in &step.chosen {
            let mut value = chosen.value;
            if chosen.spot.name == SESSION {
                value = self.state.session(value).map_or(value, u64::from);
            } else if chosen.rising {
                value += self.state.forms as u64;
            }
            write(&mut bytes, chosen.spot.at, chosen.spot.width, value);
        }
        group.apply(number, &mut bytes);
        let (conn, node) = (step.conn, node_of(job.sut.peer()));
        let stream = StreamId::CONTROL;
        self.with_conn(conn.0, |world| {
            world.record(job, node, &Crossing::Sent { conn, stream, bytes: &bytes });
            if world.network.is_open(conn, node) && !bytes.is_empty() {
                world.network.send(world.state.now, conn, node, stream, &bytes);
            }
        });
    }
}
