//! Whole packets: round trips of well-formed ones, and what becomes of broken ones.

use crate::{cases, draw};
use proptest::collection::vec;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::BTreeSet;
use wireproof_wire::nnrp::{Frame, MessageType};

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn a_well_formed_packet_survives_both_directions((kind, packet) in draw::packet()) {
        let frame = Frame::decode(&packet).map_err(|refusal| {
            TestCaseError::fail(format!("{}: {}", kind.name(), refusal.violation))
        })?;
        prop_assert_eq!(frame.kind(), kind);
        let again = frame.to_vec();
        prop_assert_eq!(&again, &packet);
        let second = Frame::decode(&again).map_err(|_| TestCaseError::fail("refused again"))?;
        prop_assert_eq!(second, frame);
    }

    #[test]
    fn every_field_is_read_where_it_was_written((kind, packet) in draw::packet()) {
        let frame = Frame::decode(&packet).map_err(|_| TestCaseError::fail("refused"))?;
        for field in kind.fields() {
            let at = 40 + field.offset;
            let bytes = &packet[at..at + field.width];
            let value = bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            prop_assert_eq!(frame.get(field.name), Some(value), "{}", field.name);
        }
    }

    #[test]
    fn a_broken_packet_is_refused_or_means_exactly_its_bytes(
        (_, packet) in draw::packet(),
        breaks in vec((any::<proptest::sample::Index>(), 0..4u8, any::<u8>()), 1..4),
    ) {
        let mut bytes = packet;
        for (place, how, value) in breaks {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] ^= 1 << (value % 8),
                1 => bytes[at] = value,
                2 => bytes.truncate(at),
                _ => bytes.insert(at, value),
            }
        }
        match Frame::decode(&bytes) {
            Ok(frame) => {
                prop_assert_eq!(frame.to_vec(), bytes.clone());
                look_at(&frame);
            }
            Err(refusal) => {
                let id = refusal.violation.requirement;
                prop_assert!(id.starts_with("NNRP-") && !refusal.violation.field.is_empty());
            }
        }
    }
}

/// Walks every view of a body: none may panic.
pub fn look_at(frame: &Frame<'_>) {
    let blocks = frame.blocks();
    let entries = wireproof_wire::nnrp::extension::Extensions::new(blocks.extensions);
    assert!(entries.count() <= blocks.extensions.len());
    if let Some(data) = frame.data() {
        let bytes: usize = data.typed().map(|typed| typed.payload.len()).sum();
        assert!(bytes <= frame.body.len(), "payloads do not overlap");
        if let Some(regions) = data.regions() {
            assert!(regions.objects().count() <= regions.inline_objects.len());
        }
    }
}

#[test]
fn every_type_is_drawn_and_most_with_a_body() {
    let seen = std::cell::RefCell::new(BTreeSet::new());
    let bodies = Cell::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(cases(2_000));
    let drawn = runner.run(&draw::packet(), |(kind, packet)| {
        seen.borrow_mut().insert(kind);
        bodies.set(bodies.get() + usize::from(packet.len() > 40 + kind.metadata_len()));
        Ok(())
    });
    assert!(drawn.is_ok());
    assert_eq!(seen.borrow().len(), MessageType::ALL.len());
    assert!(bodies.get() > 1_000, "only {} bodies", bodies.get());
}
