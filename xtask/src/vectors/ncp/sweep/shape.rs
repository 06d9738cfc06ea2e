//! Groups about the frame as a whole: header fields, truncation points, trailing bytes.

use super::model::{Edit, Group, Refusal};
use crate::vectors::ncp::packet::Parts;
use crate::vectors::ncp::table;

/// The groups of a frame with a header of four bytes. `all`: every unassigned type, not the
/// telling ones.
pub fn groups(bytes: &[u8], parts: &Parts, all: bool) -> Vec<Group> {
    let len = bytes.len() - HEADER;
    let mut groups = types(all);
    groups.extend(tiers(parts.flags));
    groups.extend(lengths(len));
    groups.push(Group::new(
        "size.cut",
        "cut off after every byte",
        bytes.len(),
        Edit::By(false, (-(bytes.len() as i128)..=-1).collect()),
        Refusal::header("incomplete", &["NCP-HDR-003"]).or(BAD).read("2.4"),
    ));
    groups.push(Group::new(
        "size.trailing",
        "bytes behind the frame",
        bytes.len(),
        Edit::By(false, (1..=8).collect()),
        Refusal::header("trailing_bytes", &["NCP-HDR-003"]).or(BAD).read("2.4"),
    ));
    let broken = Refusal::payload(&["NCP-TIER-007", "NCP-TIER-003", "NCP-HDR-006"]);
    groups.push(Group::new(
        "payload.cut",
        "payload cut off after every byte",
        bytes.len(),
        Edit::By(true, (-(len as i128)..=-1).collect()),
        broken.clone(),
    ));
    groups.push(Group::new(
        "payload.trailing",
        "bytes behind the object",
        bytes.len(),
        Edit::By(true, (1..=8).collect()),
        broken,
    ));
    groups
}

const HEADER: usize = 4;
const BAD: &[&str] = &["NPS-CLIENT-BAD-FRAME"];

fn types(all: bool) -> Vec<Group> {
    let assigned =
        |number: i128| u8::try_from(number).is_ok_and(|number| table::frame(number).is_some());
    let telling = [0x00, 0x07, 0x13, 0x23, 0x33, 0x44, 0x50, 0x80, 0xEF, 0xFF];
    let numbers: Vec<i128> = if all { (0..256).collect() } else { telling.to_vec() };
    let free = |number: &i128| !assigned(*number);
    let (system, other): (Vec<i128>, Vec<i128>) =
        numbers.into_iter().filter(free).partition(|number| *number >= 0xF0);
    let unknown =
        |requirements: &[&'static str]| Refusal::header("NCP-FRAME-UNKNOWN-TYPE", requirements);
    vec![
        Group::new(
            "header.frame.unassigned",
            "frame types nobody has assigned",
            0,
            Edit::Values(1, other),
            unknown(&["NCP-HDR-019"]),
        ),
        Group::new(
            "header.frame.reserved",
            "frame types kept for the system",
            0,
            Edit::Values(1, system),
            unknown(&["NCP-HDR-023", "NCP-HDR-019"]),
        ),
    ]
}

fn tiers(flags: u64) -> Vec<Group> {
    let bare = i128::from(flags & !3);
    let reserved = Refusal::header("NCP-FRAME-FLAGS-INVALID", &["NCP-HDR-021", "NCP-HDR-007"]);
    let other = Refusal::payload(&["NCP-HDR-006", "NCP-TIER-007", "NCP-TIER-003"]);
    vec![
        Group::new(
            "header.flags.reserved_tier",
            "the reserved tiers",
            1,
            Edit::Values(1, vec![bare | 2, bare | 3]),
            reserved.or(&["NCP-ENCODING-UNSUPPORTED"]).read("OP-02"),
        ),
        Group::new(
            "header.flags.other_tier",
            "marked as the other tier",
            1,
            Edit::Values(1, vec![i128::from(flags ^ 1)]),
            other,
        ),
    ]
}

/// Lengths that do not fit what follows, with the bytes as they are.
fn lengths(len: usize) -> Vec<Group> {
    let len = len as i128;
    let fits = |number: &i128| (0..=0xFFFF).contains(number) && *number != len;
    let swapped = (len & 0xFF) << 8 | len >> 8;
    let near = [len - 256, len - 1, 0, len + 1, len + 256, swapped, 0x7FFF, 0x8000, 0xFFFF];
    let mut numbers: Vec<i128> = near.into_iter().filter(fits).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let (less, more): (Vec<i128>, Vec<i128>) = numbers.into_iter().partition(|n| *n < len);
    [("less", less, "trailing_bytes"), ("more", more, "incomplete")]
        .map(|(name, numbers, kind)| {
            Group::new(
                &format!("header.len.{name}"),
                &format!("the header announces {name} than follows"),
                2,
                Edit::Values(2, numbers),
                Refusal::header(kind, &["NCP-HDR-003", "NCP-HDR-001"]).or(BAD).read("2.4"),
            )
        })
        .to_vec()
}
