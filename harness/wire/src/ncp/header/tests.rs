//! Layouts of NCP §3.1, the flag bytes of §3.2, and the published header vectors.

use super::*;
use crate::ncp::frame_type::Layer;
use alloc::vec;

fn header(bytes: &[u8]) -> (Header, usize) {
    Header::read(bytes).expect("the header is whole")
}

#[test]
fn a_short_header_has_a_16_bit_length() {
    let (header, len) = header(&[0x06, 0x04, 0x12, 0x34]);
    assert_eq!(header, Header { frame: 6, flags: 4, len: 0x1234, reserved: 0 });
    assert_eq!(len, 4);
    assert_eq!(header.kind(), Some(FrameType::Hello));
}

#[test]
fn a_long_header_has_its_length_before_the_reserved_bytes() {
    // Published vector ncp.header.003: 1 MiB (OP-01).
    let bytes = [0x03, 0x81, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00];
    let (read, len) = header(&bytes);
    assert_eq!((read.len, read.reserved, len), (1 << 20, 0, 8));
    let mut out = Vec::new();
    read.write(&mut out);
    assert_eq!(out, bytes);
    // Bytes 6 and 7 are no part of the length.
    let (read, _) = header(&[0x03, 0x85, 0, 0, 0, 0x7d, 0xab, 0xcd]);
    assert_eq!((read.len, read.reserved), (125, 0xabcd));
}

#[test]
fn too_few_bytes_are_waited_for() {
    let short = [0x01, 0x04, 0x00, 0x00];
    let long = [0x01, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00];
    for cut in 0..4 {
        assert_eq!(Header::read(&short[..cut]), None);
    }
    assert!(Header::read(&short).is_some());
    for cut in 0..8 {
        assert_eq!(Header::read(&long[..cut]), None);
    }
    assert!(Header::read(&long).is_some());
}

#[test]
fn flags_mean_what_the_table_says() {
    // Byte, tier, final, enc, ext of reference 2.2.
    let rows = [
        (0x04, Some(Tier::Json), true, false, false),
        (0x05, Some(Tier::Msgpack), true, false, false),
        (0x00, Some(Tier::Json), false, false, false),
        (0x01, Some(Tier::Msgpack), false, false, false),
        (0x0c, Some(Tier::Json), true, true, false),
        (0x0d, Some(Tier::Msgpack), true, true, false),
        (0x85, Some(Tier::Msgpack), true, false, true),
        (0x81, Some(Tier::Msgpack), false, false, true),
        (0x06, None, true, false, false),
        (0x07, None, true, false, false),
    ];
    for (flags, tier, is_final, sealed, ext) in rows {
        let header = Header { frame: 3, flags, len: 0, reserved: 0 };
        assert_eq!(header.tier(), tier, "{flags:02x}");
        assert_eq!(
            (header.is_final(), header.is_sealed(), header.is_ext()),
            (is_final, sealed, ext)
        );
        assert!(!header.has_reserved());
        assert_eq!(header.header_len(), if ext { 8 } else { 4 });
        if let (Some(tier), false) = (tier, sealed) {
            assert_eq!(Header::new(FrameType::Stream, tier, is_final, ext, 0).flags, flags);
        }
    }
    for bit in [0x10, 0x20, 0x40] {
        assert!(Header { flags: bit, ..Header::default() }.has_reserved());
    }
}

#[test]
fn the_first_frame_is_cut_off_when_it_is_whole() {
    let mut buffer = vec![0x06, 0x04, 0x00, 0x03, 1, 2];
    assert_eq!(split(&buffer), Split::Incomplete);
    buffer.push(3);
    let whole = Split::Frame { header_len: 4, payload_len: 3 };
    assert_eq!(split(&buffer), whole);
    buffer.push(0x06);
    assert_eq!(split(&buffer), whole);
    assert_eq!(
        split(&[0x06, 0x84, 0, 0, 0, 0, 0, 0]),
        Split::Frame { header_len: 8, payload_len: 0 }
    );
    assert_eq!(split(&[0x06, 0x84, 0xff, 0xff, 0xff, 0xff, 0, 0, 0]), Split::Incomplete);
}

#[test]
fn the_length_of_a_short_header_keeps_its_lower_half() {
    let mut out = Vec::new();
    Header { frame: 1, flags: 4, len: 0x0001_0002, reserved: 0 }.write(&mut out);
    assert_eq!(out, [1, 4, 0, 2]);
}

#[test]
fn bytes_are_assigned_as_in_the_registry() {
    let assigned = [
        (0x01, "ANCHOR", Layer::Ncp),
        (0x02, "DIFF", Layer::Ncp),
        (0x03, "STREAM", Layer::Ncp),
        (0x04, "CAPS", Layer::Ncp),
        (0x05, "ALIGN", Layer::Ncp),
        (0x06, "HELLO", Layer::Ncp),
        (0x10, "QUERY", Layer::Nwp),
        (0x11, "ACTION", Layer::Nwp),
        (0x12, "SUBSCRIBE", Layer::Nwp),
        (0x20, "IDENT", Layer::Nip),
        (0x21, "TRUST", Layer::Nip),
        (0x22, "REVOKE", Layer::Nip),
        (0x30, "ANNOUNCE", Layer::Ndp),
        (0x31, "RESOLVE", Layer::Ndp),
        (0x32, "GRAPH", Layer::Ndp),
        (0x40, "TASK", Layer::Nop),
        (0x41, "DELEGATE", Layer::Nop),
        (0x42, "SYNC", Layer::Nop),
        (0x43, "ALIGN_STREAM", Layer::Nop),
        (0xfe, "ERROR", Layer::System),
    ];
    assert_eq!(FrameType::ALL.len(), assigned.len());
    for byte in 0..=u8::MAX {
        let row = assigned.iter().find(|(number, ..)| *number == byte);
        let kind = FrameType::from_u8(byte);
        assert_eq!(kind.map(FrameType::name), row.map(|(_, name, _)| *name), "{byte:02x}");
        if let (Some(kind), Some((_, name, layer))) = (kind, row) {
            assert_eq!(kind.to_u8(), byte);
            assert_eq!(FrameType::from_name(name), Some(kind));
            assert_eq!(kind.layer(), *layer);
            assert_eq!(Layer::of(byte), Some(*layer));
            assert_eq!(kind.token(), alloc::format!("0x{byte:02X}"));
        }
    }
    assert_eq!(FrameType::from_name("NOP"), None);
    assert_eq!([0x00, 0x50, 0xef].map(Layer::of), [None; 3]);
    assert!([0x0f, 0x44, 0xff].iter().all(|byte| Layer::of(*byte).is_some()));
}
