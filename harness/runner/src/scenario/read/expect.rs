//! `expect` and `absent`.

use super::Reader;
use super::fields::Fields;
use super::head::Head;
use super::keys::{self, ROLES};
use crate::scenario::error::Problem;
use crate::scenario::format::{Node, Tree};
use crate::scenario::model::{Absent, Expect, Peer, Rests, Sight};
use wireproof_base::ConnId;

impl Reader<'_> {
    pub(super) fn expect(&mut self, head: &Head, node: &Node) -> Option<Expect> {
        let fields = self.fields(node, "`expect`", keys::EXPECT)?;
        let within = match fields.get("within") {
            Some(node) => Some(self.duration(node)?),
            None => None,
        };
        let rests = self.rests(head, &fields);
        let sight = self.sight(head, node, &fields);
        Some(Expect { sight: sight?, within, rests: rests? })
    }

    pub(super) fn absent(&mut self, head: &Head, node: &Node) -> Option<Absent> {
        let fields = self.fields(node, "`absent`", keys::ABSENT)?;
        let span = fields.need(self, "for").and_then(|node| self.duration(node));
        let rests = self.rests(head, &fields);
        let sight = self.sight(head, node, &fields);
        Some(Absent { sight: sight?, span: span?, rests: rests? })
    }

    /// Own `requirement` and `reading`, or the first requirement of the scenario.
    pub(super) fn rests(&mut self, head: &Head, fields: &Fields<'_>) -> Option<Rests> {
        let requirement = match fields.get("requirement") {
            Some(node) => self.requirement(node)?,
            None => head.requirements.first().cloned().unwrap_or_default(),
        };
        let reading = match fields.get("reading") {
            Some(node) => Some(self.reading(node)?),
            None => None,
        };
        Some(Rests { requirement, reading })
    }

    fn sight(&mut self, head: &Head, node: &Node, fields: &Fields<'_>) -> Option<Sight> {
        let kinds: Vec<_> =
            ["event", "frame", "down"].iter().filter_map(|kind| fields.entry(kind)).collect();
        let [(kind, value)] = kinds[..] else {
            let help = "say one of `event`, `frame` and `down`";
            let place = kinds.get(1).map_or(&node.place, |(key, _)| &key.place);
            self.conflict(place, "it is not clear what is to be seen", help);
            return None;
        };
        if kind.name == "event" {
            return self.event_sight(head, fields, value);
        }
        if head.peer != Peer::Tester {
            let says = format!("`{}` needs a tester", kind.name);
            self.conflict(&kind.place, says, "set `peer: tester`, or look for an event");
            return None;
        }
        let conn = match fields.get("conn") {
            Some(node) => Some(self.value::<ConnId>(node)?),
            None => None,
        };
        if kind.name == "frame" {
            self.refuse(fields, "node", "a frame is always seen by the tester");
            let pattern = self.frame_pattern(value, fields.get("where"))?;
            return Some(Sight::Frame { conn, pattern });
        }
        self.refuse(fields, "where", "an end has no fields");
        if !matches!(value.value, Tree::Bool(true)) {
            self.wrong_type(value, "true");
            return None;
        }
        Some(Sight::Down { conn })
    }

    fn event_sight(&mut self, head: &Head, fields: &Fields<'_>, event: &Node) -> Option<Sight> {
        self.refuse(fields, "where", "write the fields below the event: {name: {field: value}}");
        self.refuse(fields, "conn", "write it as a field of the event");
        let pattern = self.event_pattern(event);
        let Some(node) = fields.get("node") else {
            let [only] = head.sut[..] else {
                fields.need(self, "node");
                return None;
            };
            return Some(Sight::Event { node: only, pattern: pattern? });
        };
        let role = self.one_of(node, "node", ROLES)?;
        if head.peer == Peer::Tester && head.sut != [role] {
            let says = format!("there is no {role} here");
            self.conflict(&node.place, says, "the other side is the tester, which has no events");
            return None;
        }
        Some(Sight::Event { node: role, pattern: pattern? })
    }

    fn refuse(&mut self, fields: &Fields<'_>, key: &str, help: &str) {
        if let Some((key, _)) = fields.entry(key) {
            let problem = Problem::Conflict {
                says: format!("`{}` does not belong here", key.name),
                help: help.to_owned(),
            };
            self.error(&key.place, problem);
        }
    }
}
