//! Edits: how a frame differs from the valid one it was made from.
//!
//! `put` and `drop` change the payload as a tree, `text` and `payload` replace its bytes, `splice`
//! replaces some of them; the header then announces what came out. `set` gives a header field a
//! value of its own. `at`, `append` and `cut` change the bytes of the whole, in the end.

use super::packet::{self, Parts};
use super::tree::Tree;
use crate::vectors::bytes::{Fields, Problem};
use serde_json::Value;

/// Applies `edits` in order to the frame in `bytes`.
pub fn apply(bytes: &[u8], edits: &[Value]) -> Result<Vec<u8>, Problem> {
    let parts = Parts::read(bytes)?;
    let mut frame = Edited { tier: parts.flags, parts, payload: None, len: None, whole: None };
    for edit in edits {
        frame.one(edit)?;
    }
    frame.whole()
}

struct Edited {
    parts: Parts,
    /// Flags that tell the tier of the tree, whatever the edits make of them.
    tier: u64,
    /// Bytes of the payload, once they are no longer those of the tree.
    payload: Option<Vec<u8>>,
    /// Length to announce, if not the right one.
    len: Option<u64>,
    /// Bytes of the whole, once they are no longer those of the parts.
    whole: Option<Vec<u8>>,
}

impl Edited {
    fn one(&mut self, edit: &Value) -> Result<(), Problem> {
        let mut fields = Fields::new(edit, "edit")?;
        let hex = fields.hex("hex")?;
        let text = |fields: &mut Fields<'_>, key: &str| {
            fields.get(key).and_then(Value::as_str).map(str::to_owned)
        };
        if let Some(pointer) = text(&mut fields, "put") {
            let value = Tree::of(fields.get("to").ok_or("put has a value")?)?;
            put(&mut self.parts.payload, &pointer, value)?;
        } else if let Some(pointer) = text(&mut fields, "drop") {
            drop(&mut self.parts.payload, &pointer)?;
        } else if let Some(text) = text(&mut fields, "text") {
            self.payload = Some(text.into_bytes());
        } else if fields.has("payload") {
            self.payload = Some(fields.hex("payload")?);
        } else if fields.has("splice") {
            let (at, count) = (position(&mut fields, "splice")?, position(&mut fields, "count")?);
            let mut payload = match self.payload.take() {
                Some(payload) => payload,
                None => self.parts.encoded(self.tier)?,
            };
            let end = at.checked_add(count).filter(|end| *end <= payload.len());
            payload.splice(at..end.ok_or("a splice beyond the payload")?, hex);
            self.payload = Some(payload);
        } else if let Some(name) = text(&mut fields, "set") {
            let value = fields.number("to")?;
            match name.as_str() {
                "header.frame" => self.parts.frame = value,
                "header.flags" => self.parts.flags = value,
                "header.reserved" => self.parts.reserved = value,
                "header.len" => self.len = Some(value),
                _ => return Err(format!("no field {name}")),
            }
        } else {
            let mut whole = self.whole()?;
            bytes(&mut whole, &mut fields, hex)?;
            self.whole = Some(whole);
        }
        fields.finish()
    }

    fn whole(&self) -> Result<Vec<u8>, Problem> {
        if let Some(whole) = &self.whole {
            return Ok(whole.clone());
        }
        let payload = match &self.payload {
            Some(payload) => payload.clone(),
            None => self.parts.encoded(self.tier)?,
        };
        let Parts { frame, flags, reserved, .. } = self.parts;
        let len = self.len.unwrap_or(payload.len() as u64);
        let mut out = packet::header(frame, flags, len, reserved)?;
        out.extend(payload);
        Ok(out)
    }
}

fn bytes(whole: &mut Vec<u8>, fields: &mut Fields<'_>, hex: Vec<u8>) -> Result<(), Problem> {
    if fields.has("at") {
        let at = position(fields, "at")?;
        let place = at.checked_add(hex.len()).and_then(|end| whole.get_mut(at..end));
        place.ok_or("bytes beyond the end")?.copy_from_slice(&hex);
    } else if fields.has("append") {
        whole.extend(fields.hex("append")?);
    } else {
        let cut = position(fields, "cut")?;
        let keep = whole.len().checked_sub(cut).ok_or("more cut than there is")?;
        whole.truncate(keep);
    }
    Ok(())
}

/// Puts a member or an item in; `-` is behind the last item.
fn put(tree: &mut Tree, pointer: &str, value: Tree) -> Result<(), Problem> {
    match tree.place(pointer)? {
        (Tree::Map(members), name) => {
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some((_, place)) => *place = value,
                None => members.push((name, value)),
            }
            Ok(())
        }
        (Tree::List(items), last) if last == "-" => {
            items.push(value);
            Ok(())
        }
        (Tree::List(items), index) => {
            let index: usize = index.parse().map_err(|_| format!("no item {index}"))?;
            let place = items.get_mut(index).ok_or_else(|| format!("no item {index}"))?;
            *place = value;
            Ok(())
        }
        _ => Err(format!("nothing can be put at {pointer}")),
    }
}

fn drop(tree: &mut Tree, pointer: &str) -> Result<(), Problem> {
    let (Tree::Map(members), name) = tree.place(pointer)? else {
        return Err(format!("nothing to drop at {pointer}"));
    };
    let before = members.len();
    members.retain(|(known, _)| *known != name);
    if members.len() < before { Ok(()) } else { Err(format!("nothing to drop at {pointer}")) }
}

fn position(fields: &mut Fields<'_>, key: &str) -> Result<usize, Problem> {
    usize::try_from(fields.number(key)?).map_err(|error| error.to_string())
}
