use crate::draw::Draw;
use crate::plan::{self, RECORD};
use crate::{packet::Packet, plan_token, seeds, targets};
use std::collections::BTreeMap;
use wireproof_base::Seed;
use wireproof_sim::{Fault, FaultKey, FaultKind, Plan, Rng, Site, Stage};
use wireproof_wire::nnrp::body::DataBody;
use wireproof_wire::nnrp::{Frame, MessageType};

fn faults() -> BTreeMap<FaultKey, Fault> {
    let place = |conn, stage, n| FaultKey::new(Site::new(conn, stage), n);
    BTreeMap::from([
        (place(0, Stage::Up, 0), Fault::Drop),
        (place(0, Stage::Up, 1), FaultKind::Delay.with(5_000_000, 0)),
        (place(0, Stage::Up, 9), FaultKind::Corrupt.with(17, 0x80)),
        (place(0, Stage::Conn, 255), Fault::Rebind),
        (place(2, Stage::Down, 3), FaultKind::Partition.with(1 << 40, 1)),
    ])
}

#[test]
fn records_hold_the_faults_they_are_made_of() {
    let bytes = plan::records(&faults());
    assert_eq!(bytes.len(), 5 * RECORD);
    assert_eq!(plan::faults(&mut Draw::new(&bytes), 3), faults());
}

#[test]
fn deleting_a_record_deletes_a_fault() {
    let mut bytes = plan::records(&faults());
    // Of the last site: nothing behind it moves.
    bytes.truncate(bytes.len() - RECORD);
    let left = plan::faults(&mut Draw::new(&bytes), 3);
    assert_eq!(left.len(), 4);
    assert!(left.iter().all(|(key, fault)| faults().get(key) == Some(fault)));
    // In front of others, their places are counted from what is left.
    bytes.drain(..RECORD);
    assert_eq!(plan::faults(&mut Draw::new(&bytes), 3).len(), 3);
    // A part of a record is none.
    bytes.truncate(bytes.len() - 1);
    assert_eq!(plan::faults(&mut Draw::new(&bytes), 3).len(), 2);
}

#[test]
fn spans_reach_from_nothing_to_for_ever() {
    let span = |bytes: [u8; 4]| {
        let record = [&[0, 0, FaultKind::Stall as u8, 0], &bytes[..]].concat();
        plan::faults(&mut Draw::new(&record), 1).into_values().map(|f| f.parts().0).next()
    };
    assert_eq!(span([0, 0, 0, 0]), Some(0));
    assert_eq!(span([1, 0, 0, 0]), Some(1));
    assert_eq!(span([1, 0, 0, 8]), Some(4));
    assert_eq!(span([0xFF; 4]), Some(u64::MAX));
}

#[test]
fn the_second_writer_of_tokens_agrees_with_the_first() {
    // Version 1, no scenario, no seed, no parameters, no faults.
    assert_eq!(plan_token::sealed(&[1, 0, 0, 0, 0]), Plan::default().token());
}

#[test]
fn packets_of_every_type_and_form_are_drawn_and_accepted() {
    let mut rng = Rng::new(Seed(5), 1 << 63);
    let mut forms = BTreeMap::new();
    for &kind in MessageType::ALL {
        for len in 0..300 {
            let bytes: Vec<u8> = (0..len).map(|_| rng.word() as u8).collect();
            let packet = Packet::of(kind, &mut Draw::new(&bytes));
            let encoded = packet.frame().to_vec();
            let frame = Frame::decode(&encoded).expect("what is drawn is accepted");
            assert_eq!((frame.kind(), frame), (kind, packet.frame()));
            let form = match frame.data() {
                None if frame.body.is_empty() => "none",
                None => "blocks",
                Some(DataBody::Empty) => "empty",
                Some(DataBody::Classic(_)) => "classic",
                Some(DataBody::Regions(_)) => "regions",
            };
            *forms.entry((kind.name(), form)).or_insert(0) += 1;
        }
    }
    let bare = ["FLOW_UPDATE", "PING", "PONG", "SESSION_MIGRATE_ACK", "TRANSPORT_PROBE_ACK"];
    for kind in MessageType::ALL.iter().map(|kind| kind.name()) {
        let wanted: &[&str] = match kind {
            "FRAME_SUBMIT" | "RESULT_PUSH" => &["empty", "classic", "regions"],
            kind if bare.contains(&kind) => &["none"],
            _ => &["none", "blocks"],
        };
        let found: Vec<&str> = forms.keys().filter(|key| key.0 == kind).map(|key| key.1).collect();
        assert!(wanted.iter().all(|form| found.contains(form)), "{kind}: {found:?}");
    }
}

#[test]
fn seeds_have_names_of_their_own() {
    for (target, _) in targets::ALL {
        let seeds = seeds::of(target);
        assert!(!seeds.is_empty());
        assert!(seeds.windows(2).all(|pair| pair[0].0 != pair[1].0), "{target}");
    }
}
