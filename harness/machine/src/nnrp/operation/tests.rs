extern crate std;

use super::{Refused, Scope, State, Tree, Wire, after};
use alloc::format;
use alloc::string::String;
use std::vec;

#[test]
fn every_pair_of_states() {
    let mut table = String::new();
    for &from in State::ALL {
        let ways: String = State::ALL
            .iter()
            .filter(|to| from.allows(**to))
            .map(|to| format!(" {}", to.name()))
            .collect();
        table += &format!("{:<12} ->{ways}\n", from.name());
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_state_and_wire_event() {
    let mut table = String::new();
    for &state in State::ALL {
        for &wire in Wire::ALL {
            let result = after(state, wire).map_or("-", State::name);
            table += &format!("{:<12} {:<17} {result}\n", state.name(), wire.name());
        }
    }
    insta::assert_snapshot!(table);
}

/// What the wire means is always reachable by steps of the table, at most one of them running.
#[test]
fn wire_events_stay_inside_the_table() {
    for &from in State::ALL {
        for &wire in Wire::ALL {
            let Some(to) = after(from, wire) else { continue };
            let direct = from.allows(to) || from == to;
            let through = from.allows(State::Running) && State::Running.allows(to);
            assert!(direct || through, "{from:?} by {wire:?} to {to:?}");
        }
    }
}

/// 1 has children 2 and 3, 3 has child 4; 2 and 4 are of group 9; 5 stands alone.
fn family() -> Tree {
    let mut tree = Tree::default();
    for (operation, parent, group) in
        [(1, None, None), (2, Some(1), Some(9)), (3, Some(1), None), (4, Some(3), Some(9))]
    {
        tree.add(7, operation, parent, group).expect("new operation");
    }
    tree.add(7, 5, None, None).expect("new operation");
    tree.add(8, 2, None, Some(9)).expect("same number and group in another session");
    tree
}

#[test]
fn a_cancel_reaches_what_its_scope_says() {
    for (target, scope, reached) in [
        (3, Scope::Operation, vec![3]),
        (3, Scope::Subtree, vec![3, 4]),
        (1, Scope::Subtree, vec![1, 2, 3, 4]),
        (2, Scope::Group, vec![2, 4]),
        (5, Scope::Session, vec![1, 2, 3, 4, 5]),
    ] {
        let mut tree = family();
        assert_eq!(tree.cancel(7, target, scope), Ok(reached.clone()), "{scope:?} of {target}");
        for operation in 1..=5 {
            let expected =
                if reached.contains(&operation) { State::Cancelled } else { State::Accepted };
            assert_eq!(tree.state(7, operation), Some(expected));
        }
        assert_eq!(tree.state(8, 2), Some(State::Accepted), "another session is untouched");
    }
}

#[test]
fn a_cancel_leaves_finished_work_alone() {
    let mut tree = family();
    tree.advance(7, 4, State::Running).expect("allowed");
    tree.advance(7, 4, State::Completed).expect("allowed");
    assert_eq!(tree.cancel(7, 3, Scope::Subtree), Ok(vec![3]));
    assert_eq!(tree.state(7, 4), Some(State::Completed));
    assert_eq!(tree.cancel(7, 4, Scope::Session), Ok(vec![]), "a terminal target is legal");
    assert_eq!(tree.state(7, 1), Some(State::Accepted));
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let mut tree = family();
    assert_eq!(tree.cancel(9, 1, Scope::Operation), Err(Refused::Unknown));
    assert_eq!(tree.cancel(7, 6, Scope::Session), Err(Refused::Unknown));
    assert_eq!(tree.cancel(8, 1, Scope::Subtree), Err(Refused::Unknown));
    assert_eq!(tree.cancel(7, 1, Scope::Group), Err(Refused::NoGroup));
    assert_eq!(tree.add(7, 0, None, None), Err(Refused::ZeroId));
    assert_eq!(tree.add(7, 1, None, None), Err(Refused::Taken));
    assert_eq!(tree.add(7, 6, Some(6), None), Err(Refused::BadParent));
    assert_eq!(tree.add(8, 6, Some(1), None), Err(Refused::BadParent));
    assert_eq!(tree.add(7, 6, None, Some(0)), Err(Refused::ZeroGroup));
    assert_eq!(tree.state(7, 6), None, "a refused operation does not exist");
    assert_eq!(tree.advance(7, 1, State::Completed), Err(Refused::NotAllowed));
    assert_eq!(tree.state(7, 1), Some(State::Accepted));
}
