extern crate std;

use super::{Block, Record, Request, Verdict, admit};
use alloc::format;
use alloc::string::String;
use wireproof_base::{Duration, Instant};
use wireproof_wire::nnrp::flow::{
    BACKGROUND_ONLY, CREDIT_VALID, DRAIN_IN_FLIGHT_ONLY, FlowUpdate, LEVEL_HARD, LEVEL_SOFT,
    REASON_GRANT, REASON_PAUSE, REASON_RESUME, RETRY_AFTER_VALID, SCOPE_SESSION,
};

fn update(epoch: u32) -> FlowUpdate {
    FlowUpdate { scope_kind: SCOPE_SESSION, credit_epoch: epoch, ..FlowUpdate::default() }
}

#[test]
fn only_a_newer_epoch_is_applied() {
    let mut record = Record::new(Some(8));
    let reduced = FlowUpdate { session_credit: 3, flow_flags: CREDIT_VALID, ..update(5) };
    assert_eq!(record.apply(Instant::ZERO, &reduced), Verdict::Applied, "the first may be any");
    assert_eq!(record.credit, Some(3));
    let raised = FlowUpdate { session_credit: 9, ..reduced };
    assert_eq!(record.apply(Instant::ZERO, &raised), Verdict::Duplicate);
    let older = FlowUpdate { credit_epoch: 4, ..raised };
    assert_eq!(record.apply(Instant::ZERO, &older), Verdict::Stale);
    assert_eq!(record.credit, Some(3));
    let newer = FlowUpdate { credit_epoch: 6, ..raised };
    assert_eq!(record.apply(Instant::ZERO, &newer), Verdict::Applied);
    assert_eq!(record.credit, Some(9));
}

#[test]
fn epoch_zero_counts_as_an_epoch() {
    let mut record = Record::new(None);
    assert_eq!(record.apply(Instant::ZERO, &update(0)), Verdict::Applied);
    assert_eq!(record.apply(Instant::ZERO, &update(0)), Verdict::Duplicate);
}

#[test]
fn an_update_replaces_all_but_an_unnamed_credit() {
    let now = Instant::from_nanos(7);
    let mut record = Record::new(Some(8));
    let pause = FlowUpdate {
        update_reason: REASON_PAUSE,
        backpressure_level: LEVEL_HARD,
        retry_after_ms: 5,
        session_credit: 2,
        flow_flags: RETRY_AFTER_VALID | DRAIN_IN_FLIGHT_ONLY,
        ..update(1)
    };
    record.apply(now, &pause);
    assert_eq!((record.paused, record.level, record.credit), (true, LEVEL_HARD, Some(8)));
    assert_eq!(record.retry_until, Some(now + Duration::from_millis(5)));
    assert_eq!(record.retry_after_ms(now), 5);
    record.apply(now, &FlowUpdate { update_reason: REASON_RESUME, ..update(2) });
    assert_eq!(record, Record { epoch: Some(2), ..Record::new(Some(8)) });
}

/// Every obstacle at either scope, alone.
#[test]
fn the_admission_rule() {
    let open = Record::new(Some(2));
    let paused = Record { paused: true, ..open };
    let hard = Record { level: LEVEL_HARD, ..open };
    let soft = Record { level: LEVEL_SOFT, ..open };
    let drain = Record { flags: DRAIN_IN_FLIGHT_ONLY, ..open };
    let background = Record { flags: BACKGROUND_ONLY, ..open };
    let unlimited = Record::new(None);
    let mut table = String::new();
    let records = [
        ("open", open),
        ("paused", paused),
        ("hard", hard),
        ("soft", soft),
        ("drain", drain),
        ("background", background),
        ("unlimited", unlimited),
    ];
    for (connection_name, connection) in &records {
        for (session_name, session) in &records {
            for class in [1, 2] {
                let request = Request {
                    connection,
                    connection_in_flight: 1,
                    session,
                    session_in_flight: 1,
                    maximum: 2,
                    class,
                };
                let result = admit(&request).map_or_else(Block::name, |()| "admitted");
                table +=
                    &format!("{connection_name:<10} {session_name:<10} class {class}: {result}\n");
            }
        }
    }
    insta::assert_snapshot!(table);
}

/// Both sides of each ceiling.
#[test]
fn ceilings_are_exact() {
    let (connection, session) = (Record::new(Some(3)), Record::new(Some(2)));
    let request = |connection_in_flight, session_in_flight, maximum| {
        admit(&Request {
            connection: &connection,
            connection_in_flight,
            session: &session,
            session_in_flight,
            maximum,
            class: 1,
        })
    };
    assert_eq!(request(2, 1, 2), Ok(()));
    assert_eq!(request(3, 1, 2), Err(Block::Credit));
    assert_eq!(request(2, 2, 3), Err(Block::Credit));
    assert_eq!(request(2, 1, 1), Err(Block::Maximum));
}

/// A credit of 0 blocks, a later grant opens again, unfinished work is never taken back.
#[test]
fn credit_to_zero_and_back() {
    let mut record = Record::new(Some(2));
    let set = |epoch, credit| FlowUpdate {
        update_reason: REASON_GRANT,
        session_credit: credit,
        flow_flags: CREDIT_VALID,
        ..update(epoch)
    };
    let open = Record::new(None);
    let may = |record: &Record, in_flight| {
        admit(&Request {
            connection: &open,
            connection_in_flight: in_flight,
            session: record,
            session_in_flight: in_flight,
            maximum: 16,
            class: 1,
        })
    };
    record.apply(Instant::ZERO, &set(1, 0));
    assert_eq!(may(&record, 0), Err(Block::Credit));
    record.apply(Instant::ZERO, &set(2, 1));
    assert_eq!((may(&record, 0), may(&record, 1)), (Ok(()), Err(Block::Credit)));
}
