//! `broken`: the names of the sweep are looked up here, so that its mistakes show at once.

use super::Reader;
use super::fields::Fields;
use super::head::Head;
use super::keys;
use crate::scenario::broken::{Broken, Chosen, Fate, Pool};
use crate::scenario::error::Problem;
use crate::scenario::format::{Node, Tree};
use crate::vectors::sweep::{Group, Sweep};
use std::sync::Arc;

impl Reader<'_> {
    pub(super) fn broken(&mut self, head: &Head, node: &Node) -> Option<Broken> {
        let fields = self.fields(node, "`broken`", keys::BROKEN)?;
        let base = fields.need(self, "base").and_then(|node| self.text(node).map(|t| (node, t)));
        let (place, name) = base?;
        let sweeps = self.vocabulary.sweeps;
        let Some(sweep) = sweeps.iter().find(|sweep| sweep.base == name) else {
            let known = sweeps.iter().map(|sweep| sweep.base.as_str());
            self.unknown_name(&place.place, "swept vector", &name, known);
            return None;
        };
        let pool = self.pool(&fields, sweep, node)?;
        let chosen = self.chosen(&fields, sweep);
        let conn = fields.get("conn").map_or(Some(Default::default()), |node| self.value(node));
        let draw = fields.get("draw").map_or(Some(DRAW), |node| self.value(node));
        let rounds = fields.get("rounds").map_or(Some(u64::MAX), |node| self.value(node));
        let rests = self.rests(head, &fields);
        let (draw, rounds): (usize, u64) = (draw?, rounds?);
        if draw == 0 || rounds == 0 {
            self.conflict(&node.place, "nothing is sent", "draw at least one form in one round");
            return None;
        }
        let fate = self.fate(head, &fields, node)?;
        rests.as_ref()?;
        let own = |key: &str| fields.get(key).and_then(Node::text).map(str::to_owned);
        Some(Broken {
            conn: conn?,
            pool: Arc::new(pool),
            chosen: chosen?,
            draw,
            rounds,
            fate,
            requirement: own("requirement"),
            reading: own("reading"),
        })
    }

    /// The forms that the step asks for.
    fn pool(&mut self, fields: &Fields<'_>, sweep: &Sweep, node: &Node) -> Option<Pool> {
        let kinds = fields.need(self, "kinds").map(|node| self.words(node));
        let layers = fields.get("layers").map(|node| self.words(node));
        let except = fields.get("except").map(|node| self.words(node)).unwrap_or_default();
        let fatal = matches!(fields.get("fatal"), Some(Node { value: Tree::Bool(true), .. }));
        let (kinds, whole) = (kinds?, self.vocabulary.whole);
        let takes = |group: &Group, bytes: &[u8]| {
            // A form that may be refused in another way as well is none of those asked for.
            [&group.refusal.kind].into_iter().chain(&group.refusal.also).all(|k| kinds.contains(k))
                && layers.as_ref().is_none_or(|all| all.contains(&group.refusal.layer))
                && !except.iter().any(|part| group.id.contains(part.as_str()))
                // Only what ends the connection may leave the next packet nowhere to be found.
                && (fatal || whole(bytes))
        };
        let pool = Pool::new(sweep, takes);
        if pool.forms.is_empty() {
            let says = format!("no form of `{}` is left", sweep.base);
            self.conflict(&node.place, says, "look at `kinds`, `layers` and `except`");
            return None;
        }
        Some(pool)
    }

    fn chosen(&mut self, fields: &Fields<'_>, sweep: &Sweep) -> Option<Vec<Chosen>> {
        let rising = fields.get("rising").map(|node| self.words(node)).unwrap_or_default();
        let mut chosen = Vec::new();
        for (key, node) in fields.get("at").map_or(&[][..], Node::entries) {
            let value = self.value(node)?;
            let spots = sweep.spots.iter().filter(|spot| spot.name == key.name);
            let before = chosen.len();
            chosen.extend(spots.map(|spot| Chosen {
                spot: spot.clone(),
                value,
                rising: rising.contains(&key.name),
            }));
            if chosen.len() == before {
                let known = sweep.spots.iter().map(|spot| spot.name.as_str());
                self.unknown_name(&key.place, "number of the dialogue", &key.name, known);
                return None;
            }
        }
        Some(chosen)
    }

    fn words(&mut self, node: &Node) -> Vec<String> {
        let items = self.items(node, "a list of names");
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    fn fate(&mut self, head: &Head, fields: &Fields<'_>, node: &Node) -> Option<Fate> {
        match (fields.get("refused"), fields.get("dropped")) {
            (Some(node), None) => {
                let expect = self.expect(head, node)?;
                Some(Fate::Refused(expect.sight, expect.within))
            }
            (None, Some(node)) => {
                let absent = self.absent(head, node)?;
                Some(Fate::Dropped(absent.sight, absent.span))
            }
            _ => {
                let problem = Problem::Conflict {
                    says: "it is not clear what must come of it".to_owned(),
                    help: "say what is seen (`refused`) or what is not (`dropped`)".to_owned(),
                };
                self.error(&node.place, problem);
                None
            }
        }
    }
}

/// Forms in one execution, unless the step says how many.
const DRAW: usize = 32;
