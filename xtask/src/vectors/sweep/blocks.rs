//! Groups inside bodies: extension entries, regions of data messages, filler.

use super::fields::{self, number};
use super::model::{Edit, Group, Refusal};
use super::rules::{Rules, STRUCTURES};

/// Rules of the structure called `name`.
fn rules(name: &str) -> &'static Rules {
    STRUCTURES.iter().find(|rules| rules.table == name).expect("every structure has rules")
}

const fn padded(len: usize) -> usize {
    len.div_ceil(8) * 8
}

/// Where the entries of a block begin, counted from its start, and its end.
pub fn boundaries(block: &[u8]) -> Vec<usize> {
    let mut at = vec![0];
    let mut next = 0;
    while next < block.len() {
        next += 8 + padded(number(block, next + 4, 4) as usize);
        at.push(next);
    }
    at
}

/// What kind of message an extension block stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// CLIENT_HELLO: odd assigned types.
    Hello,
    /// SERVER_HELLO_ACK: even assigned types.
    Answer,
    /// No assigned type at all.
    Elsewhere,
    /// The same, in a message that has a block only by a reading.
    Doubted,
    /// A block alone, which may be either of the first two.
    Either,
}

impl Home {
    fn admits(self, ext_type: u64) -> bool {
        match self {
            Self::Hello => !ext_type.is_multiple_of(2),
            Self::Answer => ext_type.is_multiple_of(2),
            Self::Elsewhere | Self::Doubted => false,
            Self::Either => true,
        }
    }

    /// The reading that a block which is no sequence of entries rests on: where that of a hello
    /// begins, and whether some messages have one.
    fn shape(self) -> Option<&'static str> {
        match self {
            Self::Hello => Some("R-10"),
            _ => self.content(),
        }
    }

    /// The reading that faults inside an entry rest on.
    fn content(self) -> Option<&'static str> {
        matches!(self, Self::Doubted).then_some("R-53")
    }
}

/// The entries of the extension block that ends `bytes` and starts at `start`. `lengths` are the
/// fields that say how long it is.
pub fn extensions(
    bytes: &[u8],
    start: usize,
    lengths: &[(usize, usize)],
    home: Home,
) -> Vec<Group> {
    let block = &bytes[start..];
    let ends = boundaries(block);
    let mut groups = Vec::new();
    for (index, at) in ends[..ends.len() - 1].iter().enumerate() {
        entry(&mut groups, bytes, start + at, index, home);
    }
    let broken = Refusal::malformed("body", &["EXT-004", "EXT-001"]).read(home.shape());
    let cuts: Vec<i128> = (1..=block.len())
        .filter(|cut| !ends.contains(&(block.len() - cut)))
        .map(|cut| -(cut as i128))
        .collect();
    let note = "extension block cut off inside an entry";
    groups.push(Group::by("extensions.cut", note, bytes.len(), lengths, cuts, broken.clone()));
    let note = "bytes behind the last extension entry";
    let (name, end) = ("extensions.trailing", bytes.len());
    groups.push(Group::by(name, note, end, lengths, (1..=7).collect(), broken));
    let note = "an extension entry of type 0 behind the last";
    let none = Refusal::malformed("body", &["EXT-005"]).read(home.content());
    groups.push(Group::by("extensions.empty", note, end, lengths, vec![8], none));
    groups
}

fn entry(groups: &mut Vec<Group>, bytes: &[u8], at: usize, index: usize, home: Home) {
    let ext_type = number(bytes, at, 2);
    let len = number(bytes, at + 4, 4) as usize;
    let assigned = (0x0101..=0x0106).contains(&ext_type);
    let inside = format!("extension_{index}");
    // What an assigned entry must be is text; only a block of others rests on a reading.
    let shape = if assigned { None } else { home.shape() };
    let mut plain =
        fields::groups(rules("control_extension_entry"), ("", bytes), at, Some(&inside));
    for group in &mut plain {
        group.refusal.reading = home.content().map(str::to_owned);
    }
    groups.append(&mut plain);
    let foreign: Vec<i128> =
        (0x0101..=0x0106u64).filter(|kind| !home.admits(*kind)).map(i128::from).collect();
    if !foreign.is_empty() {
        groups.push(Group::field(
            (&format!("{inside}.ext_type.foreign"), "ext_type: of another message"),
            (at, 2),
            Edit::Values,
            foreign,
            Refusal::malformed("body", &["EXT-006"]).read(home.content()),
        ));
    }
    let rest = bytes.len() - at - 8;
    let past = [rest + 1, rest + 8, 0x7FFF_FFFF, 0xFFFF_FFF8, 0xFFFF_FFFF];
    groups.push(Group::field(
        (&format!("{inside}.ext_len.off"), "ext_len: past the end of the block"),
        (at + 4, 4),
        Edit::Values,
        past.map(|len| len as i128).to_vec(),
        Refusal::malformed("body", &["EXT-004", "ENC-007"]).read(shape),
    ));
    // One byte less leaves the last payload byte as filler, which is zero.
    let filled = len > 0 && padded(len - 1) == padded(len);
    if filled && !assigned && bytes[at + 8 + len - 1] != 0 {
        groups.push(Group::field(
            (&format!("{inside}.ext_len.short"), "ext_len: leaves a byte of payload as filler"),
            (at + 4, 4),
            Edit::Values,
            vec![len as i128 - 1],
            Refusal::malformed("body", &["EXT-004"]).read(shape),
        ));
    }
    if assigned {
        groups.push(Group::field(
            (&format!("{inside}.ext_len.wrong"), "ext_len: not the 8 bytes of an assigned entry"),
            (at + 4, 4),
            Edit::Values,
            (0..8).collect(),
            Refusal::malformed("body", &["EXT-006", "EXT-004", "EXT-001", "EXT-005"]),
        ));
    }
    filler(groups, &inside, at + 8 + len, padded(len) - len, &["EXT-004"], shape);
}

/// Every bit of filler turned over.
pub fn filler(
    groups: &mut Vec<Group>,
    inside: &str,
    at: usize,
    width: usize,
    ids: &[&str],
    reading: Option<&str>,
) {
    if width == 0 {
        return;
    }
    groups.push(Group::field(
        (&format!("{inside}.filler"), "filler that is not zero"),
        (at, width),
        Edit::Bits,
        (0..8 * width as i128).collect(),
        Refusal::malformed("body", ids).read(reading),
    ));
}

/// Prelude and regions of a data body that starts at `start`. `classic`: bytes that are no prelude
/// may be a body without one, so the prelude is left alone.
pub fn regions(bytes: &[u8], start: usize, classic: bool) -> Vec<Group> {
    let mut groups = Vec::new();
    let lengths: Vec<usize> = (0..6).map(|n| number(bytes, start + 4 * n, 4) as usize).collect();
    if !classic {
        prelude(&mut groups, bytes, start, &lengths);
    }
    let mut at = start + 32;
    let mut take = |index: usize| {
        let region = at..at + lengths[index];
        at = region.end;
        region
    };
    objects(&mut groups, bytes, take(0));
    each(&mut groups, bytes, take(1), "object_reference", "reference");
    each(&mut groups, bytes, take(2), "typed_payload_descriptor", "typed");
    take(3);
    each(&mut groups, bytes, take(4), "extension_frame_descriptor", "extension_frame");
    ranges(&mut groups, bytes, start + 32 + lengths[0] + lengths[1], &lengths);
    groups
}

fn prelude(groups: &mut Vec<Group>, bytes: &[u8], start: usize, lengths: &[usize]) {
    groups.extend(fields::groups(rules("body_prelude"), ("", bytes), start, Some("prelude")));
    for (index, name) in PRELUDE.iter().enumerate() {
        let (at, value) = (start + 4 * index, lengths[index] as i128);
        let numbers = [value - 1, value + 1, value + 16, 0x7FFF_FFFF, 0xFFFF_FFFF].into_iter();
        groups.push(Group::field(
            (&format!("prelude.{name}.off"), &format!("{name}: does not add up")),
            (at, 4),
            Edit::Values,
            numbers.filter(|number| *number >= 0).collect(),
            Refusal::malformed("body", &["PAY-002", "PAY-003", "PAY-004"]),
        ));
    }
}

fn objects(groups: &mut Vec<Group>, bytes: &[u8], region: std::ops::Range<usize>) {
    let (mut at, mut index) = (region.start, 0);
    while at < region.end {
        let len = number(bytes, at + 8, 4) as usize;
        let inside = format!("inline_{index}");
        // Which lengths leave filler that is not zero depends on the payload.
        let header = fields::groups(rules("inline_object"), ("", bytes), at, Some(&inside));
        groups.extend(header.into_iter().filter(|group| !group.name.contains("object_bytes")));
        groups.push(Group::field(
            (&format!("{inside}.object_bytes.off"), "object_bytes: past the end of the region"),
            (at + 8, 4),
            Edit::Values,
            [region.end - at - 15, region.end - at, 0xFFFF_FFF5, 0xFFFF_FFFF]
                .map(|n| n as i128)
                .to_vec(),
            Refusal::malformed("body", &["PAY-005", "ENC-007"]),
        ));
        filler(groups, &inside, at + 16 + len, padded(len) - len, &["PAY-005"], None);
        at += 16 + padded(len);
        index += 1;
    }
}

fn each(
    groups: &mut Vec<Group>,
    bytes: &[u8],
    region: std::ops::Range<usize>,
    name: &str,
    inside: &str,
) {
    let len = fields::table_of(rules(name)).len;
    for (index, at) in region.step_by(len).enumerate() {
        let inside = format!("{inside}_{index}");
        let mut found = fields::groups(rules(name), ("", bytes), at, Some(&inside));
        // Whether a flag more makes a descriptor both terminal and partial depends on the others.
        found.retain(|group| !group.name.ends_with("descriptor_flags.flipped"));
        // A result is sorted by kind, so another kind is refused for that as well.
        groups.extend(found);
    }
}

/// Ranges that leave their region. Those of typed payloads first, then of extension frames.
fn ranges(groups: &mut Vec<Group>, bytes: &[u8], typed: usize, lengths: &[usize]) {
    let frames = typed + lengths[2] + lengths[3];
    for (start, count, step, field, region, inside, id) in [
        (typed, lengths[2] / 24, 24, 16, lengths[3], "typed", "PAY-011"),
        (frames, lengths[4] / 16, 16, 8, lengths[5], "extension_frame", "PAY-022"),
    ] {
        for index in 0..count {
            let at = start + step * index + field;
            let (offset, length) = (number(bytes, at, 4) as i128, number(bytes, at + 4, 4) as i128);
            for (name, at, other) in [("offset", at, length), ("length", at + 4, offset)] {
                // The first sum that lies outside, and sums that wrap.
                let outside = region as i128 - other + 1;
                groups.push(Group::field(
                    (&format!("{inside}_{index}.{name}.off"), "a range outside its region"),
                    (at, 4),
                    Edit::Values,
                    vec![outside, outside + 1, 0x7FFF_FFFF, 0xFFFF_FFFF - other + 1, 0xFFFF_FFFF]
                        .into_iter()
                        .filter(|number| (0..=0xFFFF_FFFF).contains(number))
                        .collect(),
                    Refusal::malformed("body", &[id, "ENC-007"]),
                ));
            }
        }
    }
}

const PRELUDE: [&str; 6] = [
    "inline_object_bytes",
    "object_reference_bytes",
    "typed_payload_descriptor_bytes",
    "typed_payload_frame_bytes",
    "extension_descriptor_bytes",
    "extension_payload_bytes",
];
