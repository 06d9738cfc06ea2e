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
        let turned_down = [fields.entry("refused"), fields.entry("either")];
        let outcome = match (fields.get("expect"), turned_down) {
            (Some(_), [Some((key, _)), _]) => {
                let help = "keep `expect` or `refused`";
                self.conflict(&key.place, "an event is either taken or refused", help);
                None
            }
            (Some(_), [_, Some((key, _))]) | (None, [Some(_), Some((key, _))]) => {
                let help = "`either` stands alone";
                self.conflict(&key.place, "the outcome of an event is open or it is not", help);
                None
            }
            (Some(expect), [None, None]) => self.taken(expect),
            (None, [Some((_, kinds)), None]) => self.kinds(kinds).map(Outcome::Refused),
            (None, [None, Some((_, kinds))]) => self.kinds(kinds).map(Outcome::Either),
            (None, [None, None]) => Some(Outcome::Taken(Map::new())),
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

    fn kinds(&mut self, node: &Node) -> Option<Vec<String>> {
        match &node.value {
            Tree::Bool(true) => Some(vec![]),
            Tree::List(items) => items.iter().map(|item| self.text(item)).collect(),
            _ => Some(vec![self.text(node)?]),
        }
    }
}
