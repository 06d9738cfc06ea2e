//! Tier-2: a strict reader, and a writer that takes the smallest form of everything.

use super::tree::Tree;
use crate::vectors::bytes::Problem;

/// Reads one value and nothing after it.
pub fn read(bytes: &[u8]) -> Result<Tree, Problem> {
    let mut rest = bytes;
    let tree = value(&mut rest)?;
    if rest.is_empty() { Ok(tree) } else { Err(format!("{} bytes follow", rest.len())) }
}

/// Reads values until nothing is left.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Tree>, Problem> {
    let mut rest = bytes;
    let mut all = Vec::new();
    while !rest.is_empty() {
        all.push(value(&mut rest)?);
    }
    Ok(all)
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Result<&'b [u8], Problem> {
    let (taken, after) = rest.split_at_checked(count).ok_or("cut off")?;
    *rest = after;
    Ok(taken)
}

fn unsigned(rest: &mut &[u8], width: usize) -> Result<u64, Problem> {
    Ok(take(rest, width)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn signed(rest: &mut &[u8], width: usize) -> Result<Tree, Problem> {
    let number = unsigned(rest, width)?;
    let spare = 64 - 8 * width as u32;
    Ok(Tree::Int(i128::from((number << spare) as i64 >> spare)))
}

fn text(rest: &mut &[u8], len: u64) -> Result<String, Problem> {
    let bytes = take(rest, usize::try_from(len).map_err(|error| error.to_string())?)?;
    String::from_utf8(bytes.to_vec()).map_err(|error| error.to_string())
}

fn float(number: f64) -> Result<Tree, Problem> {
    if number.is_finite() { Ok(Tree::Float(number)) } else { Err("no number".to_owned()) }
}

fn value(rest: &mut &[u8]) -> Result<Tree, Problem> {
    let mark = take(rest, 1)?[0];
    match mark {
        0x00..=0x7f => Ok(Tree::Int(i128::from(mark))),
        0x80..=0x8f => map(rest, u64::from(mark & 15)),
        0x90..=0x9f => list(rest, u64::from(mark & 15)),
        0xa0..=0xbf => text(rest, u64::from(mark & 31)).map(Tree::Text),
        0xc0 => Ok(Tree::Nil),
        0xc2 => Ok(Tree::Bool(false)),
        0xc3 => Ok(Tree::Bool(true)),
        0xc4..=0xc6 => {
            let len = unsigned(rest, 1 << (mark - 0xc4))?;
            let len = usize::try_from(len).map_err(|error| error.to_string())?;
            Ok(Tree::Bytes(take(rest, len)?.to_vec()))
        }
        0xca => {
            let bits = unsigned(rest, 4)? as u32;
            float(f64::from(f32::from_bits(bits)))
        }
        0xcb => float(f64::from_bits(unsigned(rest, 8)?)),
        0xcc..=0xcf => Ok(Tree::Int(i128::from(unsigned(rest, 1 << (mark - 0xcc))?))),
        0xd0..=0xd3 => signed(rest, 1 << (mark - 0xd0)),
        0xd9..=0xdb => {
            let len = unsigned(rest, 1 << (mark - 0xd9))?;
            text(rest, len).map(Tree::Text)
        }
        0xdc | 0xdd => {
            let count = unsigned(rest, 2 << (mark - 0xdc))?;
            list(rest, count)
        }
        0xde | 0xdf => {
            let count = unsigned(rest, 2 << (mark - 0xde))?;
            map(rest, count)
        }
        0xe0..=0xff => Ok(Tree::Int(i128::from(mark as i8))),
        0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 => Err(format!("{mark:#04x} has no place here")),
    }
}

fn list(rest: &mut &[u8], count: u64) -> Result<Tree, Problem> {
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(value(rest)?);
    }
    Ok(Tree::List(items))
}

fn map(rest: &mut &[u8], count: u64) -> Result<Tree, Problem> {
    let mut members: Vec<(String, Tree)> = Vec::new();
    for _ in 0..count {
        let Tree::Text(name) = value(rest)? else { return Err("a key that is no text".to_owned()) };
        if members.iter().any(|(known, _)| *known == name) {
            return Err(format!("{name} stands twice"));
        }
        members.push((name, value(rest)?));
    }
    Ok(Tree::Map(members))
}

/// Appends `tree`, members sorted by the bytes of their names.
pub fn write(tree: &Tree, out: &mut Vec<u8>) {
    match tree {
        Tree::Nil => out.push(0xc0),
        Tree::Bool(truth) => out.push(if *truth { 0xc3 } else { 0xc2 }),
        Tree::Int(number) => integer(*number, out),
        Tree::Float(number) => {
            out.push(0xcb);
            out.extend(number.to_bits().to_be_bytes());
        }
        Tree::Text(text) => {
            sized(out, text.len(), Some((0xa0, 32)), Some(0xd9), 0xda);
            out.extend(text.as_bytes());
        }
        Tree::Bytes(bytes) => {
            sized(out, bytes.len(), None, Some(0xc4), 0xc5);
            out.extend(bytes);
        }
        Tree::List(items) => {
            sized(out, items.len(), Some((0x90, 16)), None, 0xdc);
            items.iter().for_each(|item| write(item, out));
        }
        Tree::Map(members) => {
            let mut sorted: Vec<&(String, Tree)> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
            sized(out, sorted.len(), Some((0x80, 16)), None, 0xde);
            for (name, value) in sorted {
                write(&Tree::Text(name.clone()), out);
                write(value, out);
            }
        }
    }
}

/// The head of something with a length: in the mark itself, in one byte, in two or in four.
fn sized(out: &mut Vec<u8>, len: usize, fixed: Option<(u8, usize)>, one: Option<u8>, two: u8) {
    match (fixed, one) {
        (Some((mark, limit)), _) if len < limit => out.push(mark | len as u8),
        (_, Some(mark)) if len < 256 => out.extend([mark, len as u8]),
        _ if len < 65_536 => {
            out.push(two);
            out.extend((len as u16).to_be_bytes());
        }
        _ => {
            out.push(two + 1);
            out.extend((len as u32).to_be_bytes());
        }
    }
}

fn integer(number: i128, out: &mut Vec<u8>) {
    let (mark, width) = match number {
        -32..=0x7f => return out.push(number as u8),
        0x80..=0xff => (0xcc, 1),
        0x100..=0xffff => (0xcd, 2),
        0x1_0000..=0xffff_ffff => (0xce, 4),
        0x1_0000_0000.. => (0xcf, 8),
        -0x80..=-33 => (0xd0, 1),
        -0x8000..=-0x81 => (0xd1, 2),
        -0x8000_0000..=-0x8001 => (0xd2, 4),
        _ => (0xd3, 8),
    };
    out.push(mark);
    out.extend(&(number as u64).to_be_bytes()[8 - width..]);
}
