//! Sessions: states and what they admit, as the rows S1 to S31 have it.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_machine::nnrp::session::{Event as E, State, admits, next};
use wireproof_wire::nnrp::MessageType as M;

/// Rows that move a session: number, states, event, state after. `=` stays, `back` is where the
/// session was before its close.
const ROWS: [(&str, &str, E, &str); 25] = [
    ("S1", "none", E::Open, "opening"),
    ("S2", "opening", E::Granted, "open"),
    ("S3", "opening", E::ResumeGranted, "resumed"),
    ("S4", "opening", E::Refused, "none"),
    ("S6", "detached", E::Refused, "="),
    ("S8", "open resumed", E::Close, "closing"),
    ("S9", "closing", E::Acknowledged, "="),
    ("S10", "closing draining", E::Draining, "draining"),
    ("S11", "closing draining", E::Closed, "closed"),
    ("S12", "closing", E::CloseRejected, "back"),
    ("S15", "draining", E::DrainOver, "="),
    ("S16", "open resumed closing draining detached migrating", E::Ended, "closed"),
    ("S17", "open resumed", E::LostResumable, "detached"),
    ("S18", "open resumed closing draining", E::Lost, "closed"),
    ("S19", "detached", E::ResumeGranted, "resumed"),
    ("S20", "detached", E::WindowOver, "closed"),
    ("S21", "open resumed", E::MovedAway, "migrating"),
    ("S21", "open resumed", E::MovedHere, "="),
    // A detached session that moves has lost its old path: it is continued.
    ("S21", "detached", E::MovedHere, "resumed"),
    ("S23", "migrating", E::GraceOver, "none"),
    ("S23", "migrating", E::Lost, "none"),
    ("S25", "closing draining", E::Close, "="),
    ("S26", "closed", E::Close, "="),
    ("S27", "opening", E::Lost, "none"),
    ("S30", "open resumed", E::ResumeGranted, "resumed"),
];
/// Further rows: what the old connection of S30 sees, and late answers of S26.
const LATE: [(&str, &str, E, &str); 5] = [
    ("S30", "open resumed", E::TakenOver, "none"),
    ("S26", "closed", E::Closed, "="),
    ("S26", "closed", E::Acknowledged, "="),
    ("S26", "closed", E::Draining, "="),
    ("S26", "closed", E::CloseRejected, "="),
];

/// The model: a name, and where a rejected close leads back to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Model {
    name: &'static str,
    before: &'static str,
}

impl Model {
    fn moved(self, event: E) -> Option<Self> {
        let fits = |(_, states, known, _): &&(&str, &str, E, &str)| {
            *known == event && states.split(' ').any(|state| state == self.name)
        };
        let (.., to) = ROWS.iter().chain(&LATE).find(fits)?;
        Some(match *to {
            "=" => self,
            "back" => Self { name: self.before, before: "" },
            "closing" => Self { name: "closing", before: self.name },
            to => Self { name: to, before: "" },
        })
    }

    /// As the machine names it, which says where a closing session came from.
    fn shown(self) -> String {
        match (self.name, self.before) {
            ("closing", "resumed") => "closing (resumed)".to_owned(),
            (name, _) => name.to_owned(),
        }
    }
}

/// The table of what a state admits: message, and in which states.
const ADMITS: [(&[M], &str); 6] = [
    (&[M::FrameSubmit, M::SessionPatch, M::CachePut], "open resumed"),
    (&[M::FrameCancel, M::CacheInvalidate], "open resumed closing draining"),
    (
        &[M::ResultPush, M::ResultDrop, M::ResultHint, M::FlowUpdate],
        "open resumed closing draining",
    ),
    (&[M::SessionClose], "open resumed closing draining closed"),
    (&[M::SessionCloseAck], "closing draining closed"),
    (&[M::SessionMigrate], "open resumed detached"),
];
const ANSWERS: [M; 6] =
    [M::SessionPatchAck, M::CacheAck, M::SessionMigrateAck, M::Error, M::Ping, M::Pong];

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn sessions_move_as_the_table_has_it(history in vec(0..E::ALL.len(), 0..40)) {
        let (mut state, mut model) = (State::None, Model { name: "none", before: "" });
        for index in history {
            let event = E::ALL[index];
            let lead = model.moved(event);
            let found = next(state, event);
            prop_assert_eq!(
                found.map(|state| state.name().to_owned()),
                lead.map(Model::shown),
                "{} in {:?}", event.name(), model
            );
            if let (Some(to), Some(lead)) = (found, lead) {
                (state, model) = (to, lead);
            }
            let answers = (&ANSWERS[..], "open resumed closing draining");
            for (kinds, states) in ADMITS.iter().chain([&answers]) {
                let admitted = states.split(' ').any(|known| known == model.name);
                for kind in *kinds {
                    prop_assert_eq!(admits(state, *kind), admitted, "{:?} in {:?}", kind, model);
                }
            }
            prop_assert_eq!(state.is_usable(), matches!(model.name, "open" | "resumed"));
            prop_assert_eq!(state.is_ending(), matches!(model.name, "closing" | "draining"));
        }
    }
}

#[test]
fn histories_that_can_happen_reach_every_state() {
    // Only legal events, so that deep states come up; what the table says of each is above.
    let mut runner = proptest::test_runner::TestRunner::new(cases(500));
    let seen = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let drawn = runner.run(&vec(any::<proptest::sample::Index>(), 30), |choices| {
        let (mut state, mut model) = (State::None, Model { name: "none", before: "" });
        for choice in choices {
            let legal: Vec<E> =
                E::ALL.iter().copied().filter(|e| model.moved(*e).is_some()).collect();
            let event = legal[choice.index(legal.len())];
            state = next(state, event).ok_or_else(|| TestCaseError::fail(event.name()))?;
            model = model.moved(event).expect("legal");
            prop_assert_eq!(state.name(), model.shown());
            seen.borrow_mut().insert(state.name());
        }
        Ok(())
    });
    assert!(drawn.is_ok(), "{drawn:?}");
    assert_eq!(seen.borrow().len(), State::ALL.len(), "{:?}", seen.borrow());
}
