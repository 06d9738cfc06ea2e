//! Looking for events and frames.

use super::deliver::event_text;
use super::outcome::node_of;
use super::run::World;
use crate::scenario::{EventPattern, FramePattern, Literal, Sight};
use std::borrow::Cow;
use wireproof_base::ConnId;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;

/// Field of events that names a session; scenarios write its tag there.
const SESSION: &str = "session";

impl<P: Speaks + Judged> World<P> {
    /// Whether `sight` was seen since the last match at the same place; a match is used up.
    pub(super) fn see(&mut self, sight: &Sight) -> bool {
        match sight {
            Sight::Event { node, pattern } => {
                let node = usize::from(node_of(*node).0);
                let from = self.state.cursor[node];
                let pattern = self.numbered(pattern);
                let events = &self.state.events[node];
                let Some(found) = events[from..].iter().position(|e| pattern.matches(e)) else {
                    return false;
                };
                self.state.cursor[node] = from + found + 1;
                true
            }
            Sight::Frame { conn, pattern } => {
                let from = self.state.tester.cursor;
                let tester = &self.state.tester;
                let Some(found) =
                    (from..tester.len()).find(|&index| self.is_frame(index, *conn, pattern))
                else {
                    return false;
                };
                self.state.tester.cursor = found + 1;
                true
            }
            Sight::Down { conn } => self.state.tester.is_down(*conn),
        }
    }

    /// What was seen of something unwanted since the last match; uses nothing up.
    pub(super) fn see_unwanted(&self, sight: &Sight) -> Option<String> {
        match sight {
            Sight::Event { node, pattern } => {
                let node = usize::from(node_of(*node).0);
                let pattern = self.numbered(pattern);
                let mut events = self.state.events[node][self.state.cursor[node]..].iter();
                events.find(|event| pattern.matches(event)).map(event_text::<P>)
            }
            Sight::Frame { conn, pattern } => {
                let tester = &self.state.tester;
                let mut all = tester.cursor..tester.len();
                all.find(|&index| self.is_frame(index, *conn, pattern))
                    .map(|index| P::label(tester.packet(index)))
            }
            Sight::Down { conn } => {
                self.state.tester.is_down(*conn).then(|| "the connection ended".to_owned())
            }
        }
    }

    /// The pattern with session numbers in place of tags.
    pub(super) fn numbered<'p>(&self, pattern: &'p EventPattern) -> Cow<'p, EventPattern> {
        let mut pattern = Cow::Borrowed(pattern);
        for index in 0..pattern.fields.len() {
            let (SESSION, Literal::Number(tag)) =
                (&*pattern.fields[index].0, &pattern.fields[index].1)
            else {
                continue;
            };
            let Some(session) = u64::try_from(*tag).ok().and_then(|tag| self.state.session(tag))
            else {
                continue;
            };
            if i128::from(session) != *tag {
                pattern.to_mut().fields[index].1 = Literal::Number(session.into());
            }
        }
        pattern
    }

    fn is_frame(&self, index: usize, conn: Option<ConnId>, pattern: &FramePattern) -> bool {
        let tester = &self.state.tester;
        conn.is_none_or(|conn| tester.conn(index) == conn)
            && P::fields(tester.packet(index)).is_ok_and(|fields| pattern.matches(&fields))
    }

    /// A missed sight in words: what had to be, and what there was instead. The nearest miss says
    /// most, then whatever came last.
    pub(super) fn in_words(&self, sight: &Sight) -> (String, String) {
        let observed = match sight {
            Sight::Event { node, pattern } => {
                let index = usize::from(node_of(*node).0);
                let seen = &self.state.events[index][self.state.cursor[index]..];
                let same_name = seen.iter().rev().find(|e| P::event_name(e) == pattern.name);
                match (same_name, seen.last()) {
                    (Some(event), _) => event_text::<P>(event),
                    (None, Some(event)) => {
                        format!("no such event; last {}", event_text::<P>(event))
                    }
                    (None, None) => format!("no further event at the {node}"),
                }
            }
            Sight::Frame { pattern, .. } => self.nearest_frame(pattern),
            Sight::Down { .. } => "the connection still stands".to_owned(),
        };
        (sight.to_string(), observed)
    }

    fn nearest_frame(&self, pattern: &FramePattern) -> String {
        let tester = &self.state.tester;
        let seen = tester.cursor..tester.len();
        let fields = |index| P::fields(tester.packet(index));
        for index in seen.clone().rev() {
            let Ok(fields) = fields(index) else { continue };
            if !pattern.is_named(&fields) {
                continue;
            }
            if let Some((name, expected, found)) = pattern.mismatch(&fields) {
                return format!("{} with {name} {found} instead of {expected}", pattern.frame);
            }
        }
        match seen.last() {
            Some(index) => format!("no such frame; last {}", P::label(tester.packet(index))),
            None => "no further frame".to_owned(),
        }
    }
}
