//! A well-formed packet, then edits that know its structure.
//!
//! Input: a packet for [`Packet::draw`], then edits to the end.

use crate::draw::Draw;
use crate::nnrp_decode::packet;
use crate::packet::Packet;
use wireproof_wire::nnrp::broken::RawFrame;
use wireproof_wire::nnrp::framing::DEFAULT_MAX_BODY;
use wireproof_wire::nnrp::layout::{Field, Layout};
use wireproof_wire::nnrp::{Frame, Header, Kind, Refusal};

/// More edits tell nothing new.
const MOST: usize = 16;

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    let whole = Packet::draw(&mut draw);
    let bytes = whole.frame().to_vec();
    let decoded = Frame::decode(&bytes);
    assert_eq!(decoded, Ok(whole.frame()), "a well-formed packet is accepted as it was");
    let mut raw = RawFrame::new(&whole.frame());
    assert_eq!(raw.bytes(), bytes);
    for nth in 0..MOST {
        if draw.is_done() {
            break;
        }
        let edit = Edit::draw(&whole, &raw, &mut draw);
        edit.apply(&mut raw);
        let verdict = verdict(raw.bytes());
        if nth == 0 {
            edit.judge(bytes.len(), verdict);
        }
    }
    repaired(raw, &whole);
}

/// The verdict does not depend on where the bytes lie in memory.
fn verdict(bytes: &[u8]) -> Result<(), Refusal> {
    let mut moved = vec![0xFF];
    moved.extend_from_slice(bytes);
    let verdict = packet(bytes, DEFAULT_MAX_BODY);
    assert_eq!(verdict, packet(&moved[1..], DEFAULT_MAX_BODY));
    verdict
}

/// With its lengths mended, no packet is refused for its length.
fn repaired(mut raw: RawFrame, whole: &Packet) {
    let least = whole.frame().to_vec().len() - whole.body.len();
    if raw.bytes().len() < least {
        return;
    }
    raw.fix_lengths();
    let mended = Packet { body: raw.bytes()[least..].to_vec(), ..whole.clone() };
    let read = Header::read(raw.bytes()).expect("there is a whole header");
    assert_eq!(read.body_len as usize, mended.body.len());
    if let Err(refusal) = verdict(raw.bytes())
        && read.meta_len == whole.header.meta_len
    {
        assert_ne!(refusal.violation.kind, Kind::LengthMismatch, "{}", refusal.violation);
    }
}

/// One edit.
#[derive(Debug)]
enum Edit<'a> {
    Field { name: String, field: Field, value: u64 },
    Byte { at: usize, value: u8 },
    Flip { at: usize, mask: u8 },
    Truncate { len: usize },
    Extend(&'a [u8]),
    Insert { at: usize, bytes: &'a [u8] },
    FixLengths,
}

impl<'a> Edit<'a> {
    fn draw(whole: &Packet, raw: &RawFrame, draw: &mut Draw<'a>) -> Self {
        let end = raw.bytes().len() + 1;
        match draw.below(8) {
            0 | 1 => {
                let (header, meta) = (Header::FIELDS, whole.meta.message_type().fields());
                let nth = draw.below(header.len() + meta.len());
                let value = draw.number();
                match nth.checked_sub(header.len()) {
                    None => {
                        let field = header[nth];
                        Self::Field { name: format!("header.{}", field.name), field, value }
                    }
                    Some(nth) => {
                        let field = meta[nth];
                        Self::Field { name: field.name.to_owned(), field, value }
                    }
                }
            }
            2 => Self::Byte { at: draw.below(end), value: draw.byte() },
            3 => Self::Flip { at: draw.below(end), mask: draw.byte() },
            4 => Self::Truncate { len: draw.below(end) },
            5 => Self::Extend(draw.blob(64)),
            6 => Self::Insert { at: draw.below(end), bytes: draw.blob(64) },
            _ => Self::FixLengths,
        }
    }

    fn apply(&self, raw: &mut RawFrame) {
        match self {
            Self::Field { name, field, value } => {
                let fits = raw.set(name, *value).is_ok();
                let kept = Frame::decode(raw.bytes()).ok().and_then(|frame| frame.get(name));
                let cut = value & (u64::MAX >> (64 - 8 * field.width));
                assert!(
                    !fits || kept.is_none_or(|kept| kept == cut),
                    "{name} is what it was set to"
                );
            }
            Self::Byte { at, value } => raw.set_byte(*at, *value),
            Self::Flip { at, mask } => raw.flip(*at, *mask),
            Self::Truncate { len } => raw.truncate(*len),
            Self::Extend(bytes) => raw.extend(bytes),
            Self::Insert { at, bytes } => raw.insert(*at, bytes),
            Self::FixLengths => raw.fix_lengths(),
        }
    }

    /// What one edit of a well-formed packet of `len` bytes must come to.
    fn judge(&self, len: usize, verdict: Result<(), Refusal>) {
        let kind = verdict.err().map(|refusal| refusal.violation.kind);
        match self {
            Self::Field { name, field, value } => {
                let cut = value & (u64::MAX >> (64 - 8 * field.width));
                assert!(field.rule.admits(cut) || kind.is_some(), "{name} = {cut:#x} is refused");
            }
            Self::Truncate { len: left } if *left < len => {
                assert_eq!(kind, Some(Kind::LengthMismatch));
            }
            Self::Extend(bytes) if !bytes.is_empty() => {
                assert_eq!(kind, Some(Kind::LengthMismatch));
            }
            Self::FixLengths => assert_eq!(kind, None, "the lengths were right before"),
            _ => {}
        }
    }
}
