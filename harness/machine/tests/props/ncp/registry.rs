//! The registry of a Node, as the rows N01 to N10 have it.

use super::sample::schema;
use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_machine::ncp::Refusal;
use wireproof_machine::ncp::registry::{Event, Output, Registry};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::anchor_id;

const NAMES: [&str; 5] = ["one", "two", "three", "four", "five"];

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A schema, the one whose identifier is claimed, and the one it replaces.
    Publish(usize, Option<usize>, Option<usize>),
    Drop(usize),
    Request(usize, Option<bool>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = || 0..NAMES.len();
    let step = prop_oneof![
        5 => (one(), proptest::option::of(one()))
            .prop_map(|(new, old)| Step::Publish(new, None, old)),
        1 => (one(), one()).prop_map(|(new, claimed)| Step::Publish(new, Some(claimed), None)),
        2 => one().prop_map(Step::Drop),
        6 => (one(), any::<Option<bool>>()).prop_map(|(of, auto)| Step::Request(of, auto)),
    ];
    vec(step, 1..50)
}

/// The model keeps who was replaced by whom; by itself stands for one that is not here any more.
#[derive(Debug, Default)]
struct Model {
    registered: [bool; NAMES.len()],
    replaced: [Option<usize>; NAMES.len()],
}

impl Model {
    fn state(&self, of: usize) -> &'static str {
        match (self.registered[of], self.replaced[of]) {
            (false, _) => "unregistered",
            (true, None) => "current",
            (true, Some(_)) => "superseded",
        }
    }

    /// The row of the table that a publication takes.
    fn publish(&mut self, new: usize, claimed: Option<usize>, old: Option<usize>) -> &'static str {
        if let Some(claimed) = claimed.filter(|claimed| *claimed != new) {
            return if self.registered[claimed] { "N03" } else { "N01" };
        }
        if let Some(old) = old {
            let done = self.registered[old] && self.replaced[old] == Some(new);
            let current = self.state(old) == "current";
            if old == new || !(current || done && self.registered[new]) {
                return "N04";
            }
            if current {
                self.replaced[new] = None;
                self.replaced[old] = Some(new);
            }
        }
        if !self.registered[new] {
            self.registered[new] = true;
            self.replaced[new] = None;
        }
        ""
    }

    fn drop_one(&mut self, of: usize) -> bool {
        if !self.registered[of] {
            return false;
        }
        let heir = self.replaced[of].filter(|heir| *heir != of);
        self.registered[of] = false;
        self.replaced[of] = None;
        for before in 0..NAMES.len() {
            if self.registered[before] && self.replaced[before] == Some(of) {
                self.replaced[before] = Some(heir.unwrap_or(before));
            }
        }
        true
    }

    /// The end of the lineage, if it is here.
    fn end(&self, of: usize) -> Option<usize> {
        match self.replaced[of] {
            None => Some(of),
            Some(next) if next == of => None,
            Some(next) => self.end(next),
        }
    }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn the_registry_follows_its_table(steps in steps()) {
        let schemas: Vec<Value> = NAMES.iter().map(|name| schema(name, "string")).collect();
        let ids: Vec<String> =
            schemas.iter().map(|schema| anchor_id(schema).expect("a canonical form")).collect();
        let id = |of: Option<usize>| of.map_or("", |of| ids[of].as_str());
        let (mut registry, mut model) = (Registry::new(), Model::default());
        for step in steps {
            match step {
                Step::Publish(new, claimed, old) => {
                    let result = registry.apply(Event::Publish {
                        schema: &schemas[new],
                        anchor_id: id(claimed),
                        ttl: 60,
                        replaces: id(old),
                    });
                    let row = model.publish(new, claimed, old);
                    match result {
                        Ok(output) => {
                            prop_assert_eq!(row, "");
                            prop_assert_eq!(output, Output::Published(ids[new].clone()));
                        }
                        Err(refusal) => prop_assert_eq!(refusal.row(), row, "{:?}", step),
                    }
                }
                Step::Drop(of) => {
                    let dropped = registry.apply(Event::Drop(&ids[of])).is_ok();
                    prop_assert_eq!(dropped, model.drop_one(of));
                }
                Step::Request(of, auto_anchor) => {
                    let result =
                        registry.apply(Event::Request { anchor_ref: &ids[of], auto_anchor });
                    let end = model.registered[of].then(|| model.end(of)).flatten();
                    match (model.state(of), end, auto_anchor) {
                        ("unregistered", ..) => {
                            prop_assert_eq!(result.map_err(Refusal::row), Err("N08"));
                        }
                        ("current", ..) => prop_assert_eq!(result, Ok(Output::Answer)),
                        (_, Some(end), None | Some(true)) => {
                            prop_assert_eq!(result, Ok(Output::Replaced(ids[end].clone())));
                        }
                        _ => prop_assert_eq!(result.map_err(Refusal::row), Err("N07")),
                    }
                }
            }
            for of in 0..NAMES.len() {
                prop_assert_eq!(registry.state(&ids[of]).name(), model.state(of), "{:?}", step);
                if let Some(anchor) = registry.get(&ids[of]) {
                    prop_assert_eq!(&anchor.value, &schemas[of], "one identifier, one schema");
                }
            }
        }
    }
}
