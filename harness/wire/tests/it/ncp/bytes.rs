//! Any bytes at all: nothing panics, and what is taken is written again as the same thing.

use super::draw;
use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame::{self, Framing};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{Header, Split, split};
use wireproof_wire::ncp::terms::{self, Terms};
use wireproof_wire::ncp::tier::{self, msgpack};

fn tiers() -> impl Strategy<Value = Tier> {
    select(vec![Tier::Json, Tier::Msgpack])
}

/// Reads a payload; what is read can be written and is then read the same.
fn look_at(header: &Header, payload: &[u8]) -> Result<(), TestCaseError> {
    match frame::read(header, payload) {
        Ok(read) => {
            let tier = header.tier().expect("it was read");
            let mut bytes = Vec::new();
            let framing = Framing { ext: true, ..Framing::default() };
            let written = frame::write(&read, tier, framing, &mut bytes);
            prop_assert!(written.is_ok());
            let again = frame::read(&written.expect("just seen"), &bytes[8..]);
            prop_assert_eq!(again, Ok(read));
        }
        Err(violation) => {
            prop_assert!(violation.row <= 12);
            prop_assert!(violation.requirement.starts_with('N'));
            prop_assert!(violation.status.starts_with("NPS-"));
            prop_assert!(violation.admits(violation.status, violation.code));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn no_bytes_make_a_header_panic(bytes in vec(any::<u8>(), 0..40)) {
        match (split(&bytes), Header::read(&bytes)) {
            (Split::Frame { header_len, payload_len }, Some((header, len))) => {
                prop_assert_eq!((header_len, payload_len), (len, header.len as usize));
                prop_assert!(header_len + payload_len <= bytes.len());
                let mut out = Vec::new();
                header.write(&mut out);
                prop_assert_eq!(&out[..], &bytes[..len]);
                let _ = terms::check(&header, &Terms::HANDSHAKE);
                look_at(&header, &bytes[len..len + payload_len])?;
            }
            (Split::Incomplete, _) => {}
            (Split::Frame { .. }, None) => prop_assert!(false, "a frame without a header"),
        }
    }

    #[test]
    fn no_payload_makes_a_frame_panic(
        kind in select(FrameType::ALL),
        tier in tiers(),
        payload in vec(any::<u8>(), 0..80),
    ) {
        look_at(&Header::new(kind, tier, true, true, payload.len() as u32), &payload)?;
        let mut rest = &payload[..];
        while msgpack::read_value(&mut rest).is_ok() {}
        prop_assert!(rest.len() <= payload.len());
    }

    #[test]
    fn a_damaged_frame_is_refused_or_read(
        drawn in draw::frame(),
        tier in tiers(),
        places in vec((any::<Index>(), any::<u8>()), 1..4),
        cut in any::<Index>(),
    ) {
        let mut payload = Vec::new();
        prop_assert!(frame::payload(&drawn, tier, &mut payload).is_ok());
        let header = Header::new(drawn.kind(), tier, true, true, payload.len() as u32);
        // Cut anywhere, it is never whole.
        let part = &payload[..cut.index(payload.len())];
        prop_assert_eq!(frame::read(&header, part).map_err(|violation| violation.row), Err(10));
        for (place, byte) in places {
            let at = place.index(payload.len());
            payload[at] = byte;
        }
        look_at(&header, &payload)?;
    }

    #[test]
    fn nothing_may_follow(drawn in draw::frame(), tier in tiers(), byte in 0x21..=0xffu8) {
        let mut payload = Vec::new();
        prop_assert!(frame::payload(&drawn, tier, &mut payload).is_ok());
        payload.push(byte);
        let header = Header::new(drawn.kind(), tier, true, true, payload.len() as u32);
        let read = frame::read(&header, &payload).map_err(|violation| violation.field);
        // Text that is no Unicode does not even begin to be JSON.
        let unicode = tier == Tier::Msgpack || byte < 0x80;
        prop_assert_eq!(read, Err(if unicode { "trailing" } else { "payload" }));
    }

    #[test]
    fn decoders_of_values_take_anything(bytes in vec(any::<u8>(), 0..60), tier in tiers()) {
        if let Ok(value) = tier::decode_any(tier, &bytes) {
            let mut out = Vec::new();
            prop_assert_eq!(tier::encode(tier, &value, &mut out), Ok(()));
            prop_assert_eq!(tier::decode_any(tier, &out), Ok(value));
        }
    }
}
