//! Flow records and the admission rule, as F4 to F9 and the rule below them have it.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_base::{Duration, Instant};
use wireproof_machine::nnrp::flow::{Record, Request, Verdict, admit};
use wireproof_wire::nnrp::code::{LIMIT_EXCEEDED, SERVER_BUSY};
use wireproof_wire::nnrp::flow::FlowUpdate;

#[derive(Clone, Debug)]
enum Step {
    /// At a scope: 0 connection, 1 session.
    Update {
        scope: u8,
        reason: u8,
        level: u8,
        credit: u16,
        retry: u32,
        epoch: u32,
        flags: u32,
    },
    Start,
    End,
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let epoch = prop_oneof![0..12u32, Just(u32::MAX), Just(u32::MAX - 1)];
    let update = (0..2u8, 0..5u8, 0..3u8, 0..5u16, 0..300u32, epoch, 0..16u32).prop_map(
        |(scope, reason, level, credit, retry, epoch, flags)| Step::Update {
            scope,
            reason,
            level,
            credit,
            retry,
            epoch,
            flags,
        },
    );
    let step = prop_oneof![
        4 => update,
        6 => Just(Step::Start),
        2 => Just(Step::End),
        1 => (0..200u64).prop_map(Step::Wait),
    ];
    vec(step, 1..80)
}

/// What the model keeps of a scope.
#[derive(Clone, Debug, Default, PartialEq)]
struct Scope {
    epoch: Option<u32>,
    credit: Option<u16>,
    level: u8,
    paused: bool,
    drain: bool,
    background: bool,
    retry_until: Option<u64>,
}

impl Scope {
    fn take(&mut self, now: u64, step: &Step) -> Verdict {
        let Step::Update { reason, level, credit, retry, epoch, flags, .. } = *step else {
            unreachable!("only updates are taken")
        };
        match self.epoch {
            Some(known) if epoch < known => return Verdict::Stale,
            Some(known) if epoch == known => return Verdict::Duplicate,
            _ => {}
        }
        self.epoch = Some(epoch);
        self.level = level;
        self.paused = reason == 2;
        (self.background, self.drain) = (flags & 4 != 0, flags & 8 != 0);
        self.retry_until = (flags & 2 != 0).then_some(now + u64::from(retry));
        if flags & 1 != 0 {
            self.credit = Some(credit);
        }
        Verdict::Applied
    }

    /// Whether it lets a new operation of that class start.
    fn lets(&self, in_flight: u32, class: u8) -> bool {
        !self.paused
            && self.level != 2
            && !self.drain
            && (!self.background || class == 2)
            && self.credit.is_none_or(|credit| in_flight < u32::from(credit))
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn updates_replace_and_admission_holds_every_limit(
        steps in steps(),
        connection_credit in proptest::option::of(0..5u16),
        session_credit in 0..5u16,
        maximum in 1..4u16,
        class in 0..3u8,
        others in 0..3u32,
    ) {
        let mut records = [Record::new(connection_credit), Record::new(Some(session_credit))];
        let mut scopes = [
            Scope { credit: connection_credit, ..Scope::default() },
            Scope { credit: Some(session_credit), ..Scope::default() },
        ];
        let (mut now, mut own) = (0u64, 0u32);
        for step in steps {
            match &step {
                Step::Update { scope, reason, level, credit, retry, epoch, flags } => {
                    let at = usize::from(*scope);
                    let mut update = FlowUpdate {
                        scope_kind: *scope,
                        update_reason: *reason,
                        backpressure_level: *level,
                        retry_after_ms: *retry,
                        credit_epoch: *epoch,
                        flow_flags: *flags,
                        // Fields of other scopes are not looked at.
                        connection_credit: 77,
                        session_credit: 77,
                        operation_credit: 77,
                        ..FlowUpdate::default()
                    };
                    match scope {
                        0 => update.connection_credit = *credit,
                        _ => update.session_credit = *credit,
                    }
                    let expected = scopes[at].take(now, &step);
                    let instant = Instant::ZERO + Duration::from_millis(now);
                    prop_assert_eq!(records[at].apply(instant, &update), expected);
                }
                Step::Start => {
                    let (everywhere, session) = (own + others, own);
                    let free = scopes[0].lets(everywhere, class) && scopes[1].lets(session, class);
                    let room = session < u32::from(maximum);
                    let found = admit(&Request {
                        connection: &records[0],
                        connection_in_flight: everywhere,
                        session: &records[1],
                        session_in_flight: session,
                        maximum,
                        class,
                    });
                    prop_assert_eq!(found.is_ok(), free && room);
                    if let Err(block) = found {
                        // The code of any cause that holds is right.
                        let busy = block.code() == SERVER_BUSY && !free;
                        let full = block.code() == LIMIT_EXCEEDED && !room;
                        prop_assert!(busy || full, "{:?}", block);
                    } else {
                        own += 1;
                    }
                }
                Step::End => own = own.saturating_sub(1),
                Step::Wait(span) => now += span,
            }
            for (record, scope) in records.iter().zip(&scopes) {
                prop_assert_eq!((record.epoch, record.credit), (scope.epoch, scope.credit));
                prop_assert_eq!((record.level, record.paused), (scope.level, scope.paused));
                let until = record.retry_until.map(|at| at.as_nanos() / 1_000_000);
                prop_assert_eq!(until, scope.retry_until);
            }
        }
    }
}
