//! `apply`: one event for a machine and what must come of it.

use super::Reader;
use super::head::Head;
use super::keys;
use crate::scenario::format::{Node, Tree};
use crate::scenario::model::{Apply, Outcome};
use serde_json::{Map, Value};

impl Reader<'_> {
    pub(super) fn apply(&mut self, head: &Head, node: &Node) -> Option<Apply> {
        let fields = self.fields(node, "`apply`", keys::APPLY)?;
        let event = fields.need(self, "event").map(Node::json);
        let outcome = match (fields.get("expect"), fields.entry("refused")) {
            (Some(_), Some((key, _))) => {
                let help = "keep `expect` or `refused`";
                self.conflict(&key.place, "an event is either taken or refused", help);
                None
            }
            (Some(expect), None) => self.taken(expect),
            (None, Some((_, refused))) => self.refused(refused),
            (None, None) => Some(Outcome::Taken(Map::new())),
        };
        let rests = self.rests(head, &fields);
        Some(Apply { event: event?, outcome: outcome?, rests: rests? })
    }

    fn taken(&mut self, node: &Node) -> Option<Outcome> {
        let Value::Object(values) = node.json() else {
            self.wrong_type(node, "a mapping from names to values");
            return None;
        };
        Some(Outcome::Taken(values))
    }

    fn refused(&mut self, node: &Node) -> Option<Outcome> {
        let kinds = match &node.value {
            Tree::Bool(true) => vec![],
            Tree::List(items) => {
                items.iter().map(|item| self.text(item)).collect::<Option<Vec<_>>>()?
            }
            _ => vec![self.text(node)?],
        };
        Some(Outcome::Refused(kinds))
    }
}
