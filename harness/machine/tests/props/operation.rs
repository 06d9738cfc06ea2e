//! Operations: the transition table, what the wire means for a state, parents, groups and cancels.

use crate::cases;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use std::collections::BTreeMap;
use wireproof_machine::nnrp::operation::{Scope, State, Tree, Wire, after};

/// The rows of the table of allowed transitions, by name.
const ALLOWED: [(&str, &str); 8] = [
    ("accepted", "running superseded cancelled failed"),
    ("running", "partial waiting_tool superseded cancelled failed completed"),
    ("partial", "partial waiting_tool superseded cancelled failed completed"),
    ("waiting_tool", "running superseded cancelled failed"),
    ("superseded", ""),
    ("cancelled", ""),
    ("failed", ""),
    ("completed", ""),
];

const ENDS: [&str; 4] = ["superseded", "cancelled", "failed", "completed"];

fn allows(from: &str, to: &str) -> bool {
    let row = ALLOWED.iter().find(|(name, _)| *name == from);
    row.is_some_and(|(_, ways)| ways.split(' ').any(|way| way == to))
}

/// What the wire says, and the state it leads to from any live one.
const WIRE: [(Wire, Option<&str>); 12] = [
    (Wire::PartialResult, Some("partial")),
    (Wire::Result, Some("completed")),
    (Wire::FailedResult, Some("failed")),
    (Wire::DropOfCancelled, Some("cancelled")),
    (Wire::DropOfReplaced, Some("superseded")),
    (Wire::Drop, Some("failed")),
    (Wire::ErrorCancelled, Some("cancelled")),
    (Wire::Error, Some("failed")),
    (Wire::ForeignError, None),
    (Wire::Cancel, Some("cancelled")),
    (Wire::SessionAborted, Some("cancelled")),
    (Wire::Lost, Some("failed")),
];

#[derive(Clone, Debug)]
enum Step {
    Add { session: u32, id: u64, parent: Option<u64>, group: Option<u64> },
    Advance { session: u32, id: u64, to: usize },
    Cancel { session: u32, id: u64, scope: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let session = 1..3u32;
    let id = 0..5u64;
    let step = prop_oneof![
        4 => (session.clone(), id.clone(), of(0..5u64), of(0..3u64))
            .prop_map(|(session, id, parent, group)| Step::Add { session, id, parent, group }),
        5 => (session.clone(), id.clone(), 0..8usize)
            .prop_map(|(session, id, to)| Step::Advance { session, id, to }),
        2 => (session, id, 0..4u8)
            .prop_map(|(session, id, scope)| Step::Cancel { session, id, scope }),
    ];
    vec(step, 1..120)
}

/// One operation of the model.
#[derive(Clone, Debug)]
struct Op {
    state: &'static str,
    parent: Option<u64>,
    group: Option<u64>,
}

type Model = BTreeMap<(u32, u64), Op>;

fn live(op: &Op) -> bool {
    !ENDS.contains(&op.state)
}

/// The operations that a cancel ends, or nothing if it is refused.
fn reached(model: &Model, session: u32, target: u64, scope: u8) -> Option<Vec<u64>> {
    let named = model.get(&(session, target))?;
    if scope == 2 && named.group.is_none() {
        return None;
    }
    if !live(named) {
        return Some(Vec::new());
    }
    let mut below = vec![target];
    loop {
        let more: Vec<u64> = model
            .iter()
            .filter(|((of, id), op)| {
                *of == session
                    && !below.contains(id)
                    && op.parent.is_some_and(|parent| below.contains(&parent))
            })
            .map(|((_, id), _)| *id)
            .collect();
        if more.is_empty() {
            break;
        }
        below.extend(more);
    }
    let hit = |(of, id): &(u32, u64), op: &Op| {
        *of == session
            && live(op)
            && match scope {
                0 => *id == target,
                1 => below.contains(id),
                2 => op.group == named.group,
                _ => true,
            }
    };
    Some(model.iter().filter(|(key, op)| hit(key, op)).map(|((_, id), _)| *id).collect())
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn operations_follow_the_table_and_cancels_reach_what_they_name(steps in steps()) {
        let (mut tree, mut model) = (Tree::default(), Model::new());
        for step in steps {
            match step {
                Step::Add { session, id, parent, group } => {
                    let sound = id != 0
                        && !model.contains_key(&(session, id))
                        && parent.is_none_or(|parent| {
                            parent != id && model.contains_key(&(session, parent))
                        })
                        && group != Some(0);
                    prop_assert_eq!(tree.add(session, id, parent, group).is_ok(), sound);
                    if sound {
                        model.insert((session, id), Op { state: "accepted", parent, group });
                    }
                }
                Step::Advance { session, id, to } => {
                    let to = State::ALL[to];
                    let op = model.get_mut(&(session, id));
                    let allowed = op.as_ref().is_some_and(|op| allows(op.state, to.name()));
                    prop_assert_eq!(tree.advance(session, id, to).is_ok(), allowed);
                    if let Some(op) = op.filter(|_| allowed) {
                        op.state = to.name();
                    }
                }
                Step::Cancel { session, id, scope } => {
                    let scope_of = Scope::from_u8(scope).expect("four scopes");
                    let wanted = reached(&model, session, id, scope);
                    prop_assert_eq!(tree.cancel(session, id, scope_of).ok(), wanted.clone());
                    for id in wanted.unwrap_or_default() {
                        model.get_mut(&(session, id)).expect("reached").state = "cancelled";
                    }
                }
            }
            // Whatever was refused has changed nothing, and nothing has changed elsewhere.
            for session in 1..3 {
                for id in 0..5 {
                    let state = tree.state(session, id).map(State::name);
                    prop_assert_eq!(state, model.get(&(session, id)).map(|op| op.state));
                }
            }
        }
    }

    #[test]
    fn messages_lead_where_the_second_table_says(
        history in vec(0..WIRE.len(), 0..12),
        start in 0..4usize,
    ) {
        let mut state = State::ALL[start];
        let mut expected = state.name();
        for index in history {
            let (wire, to) = WIRE[index];
            let lead = to.filter(|_| !ENDS.contains(&expected));
            prop_assert_eq!(after(state, wire).map(State::name), lead);
            if let Some(next) = after(state, wire) {
                // Where the table has no direct way, the operation passes through running.
                prop_assert!(
                    allows(expected, next.name())
                        || (allows(expected, "running") && allows("running", next.name()))
                );
                (state, expected) = (next, next.name());
            }
        }
    }
}

#[test]
fn every_step_is_allowed_exactly_where_the_table_has_it() {
    for from in State::ALL {
        for to in State::ALL {
            let (here, there) = (from.name(), to.name());
            assert_eq!(from.allows(*to), allows(here, there), "{here} to {there}");
        }
        assert_eq!(from.is_terminal(), ENDS.contains(&from.name()));
    }
}

#[test]
fn the_model_knows_every_message() {
    assert!(Wire::ALL.iter().all(|wire| WIRE.iter().any(|(known, _)| known == wire)));
    assert_eq!(Wire::ALL.len(), WIRE.len());
}
