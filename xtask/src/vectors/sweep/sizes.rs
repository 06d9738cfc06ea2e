//! Groups of sizes: every truncation point, every trailing byte, with and without the lengths
//! saying so.

use super::fields::number;
use super::model::{Group, Refusal};

/// What a body admits besides its base form.
pub struct Body {
    /// Requirements that a body of another size breaks.
    pub requirements: &'static [&'static str],
    /// The reading that rests on.
    pub reading: Option<&'static str>,
    /// Bytes that may be taken from the end without breaking anything.
    pub admits: Vec<usize>,
    /// Whether more bytes are wrong.
    pub ends: bool,
}

const META: (usize, usize) = (12, 4);
const BODY: (usize, usize) = (16, 4);

/// Truncated and lengthened forms of a whole packet.
pub fn packet(bytes: &[u8], own: &[&str], longer: Option<&str>, body: Option<&Body>) -> Vec<Group> {
    let (total, meta, len) = (bytes.len(), number(bytes, 12, 4), number(bytes, 16, 4));
    let end = 40 + meta as usize;
    let size = |ids: &[&str]| Refusal::of("length_mismatch", "header", ids);
    let mut ids = vec!["HDR-007"];
    ids.extend(own);
    let fixed = Refusal::malformed("header", &ids);
    let mut groups = vec![
        Group::by(
            "size.cut",
            "cut off after every byte",
            total,
            &[],
            (-(total as i128)..=-1).collect(),
            size(&["ENC-006"]),
        ),
        Group::by(
            "size.trailing",
            "bytes behind the packet",
            total,
            &[],
            (1..=8).collect(),
            size(&["ENC-006"]),
        ),
        Group::by(
            "metadata.longer",
            "metadata longer than the table",
            end,
            &[META],
            (1..=8).collect(),
            fixed.clone().read(longer),
        ),
    ];
    if meta > 0 {
        let cuts = (-i128::from(meta)..=-1).collect();
        let note = "metadata cut off after every byte";
        groups.push(Group::by("metadata.cut", note, end, &[META], cuts, fixed));
    }
    let Some(body) = body else { return groups };
    let refusal = Refusal::malformed("body", body.requirements).read(body.reading);
    let cuts: Vec<i128> = (1..=len as usize)
        .filter(|cut| !body.admits.contains(cut))
        .map(|cut| -(cut as i128))
        .collect();
    if !cuts.is_empty() {
        let note = "body cut off after every byte";
        groups.push(Group::by("body.cut", note, total, &[BODY], cuts, refusal.clone()));
    }
    if body.ends {
        let note = "bytes behind the last block of the body";
        groups.push(Group::by("body.trailing", note, total, &[BODY], (1..=8).collect(), refusal));
    }
    groups
}

/// Truncated forms of a structure. What follows one belongs to the next.
pub fn structure(
    bytes: &[u8],
    layer: &'static str,
    kinds: [&'static str; 2],
    ids: &[&str],
) -> Group {
    let total = bytes.len();
    let cuts = (1..=total).map(|cut| -(cut as i128)).collect();
    let refusal = Refusal::of(kinds[0], layer, ids).or(&kinds[1..]);
    Group::by("size.cut", "cut off after every byte", total, &[], cuts, refusal)
}
