//! RFC 6901 and RFC 6902 once more, as short as they can be said.

use crate::tree;
use wireproof_wire::ncp::Value;

/// One operation.
#[derive(Debug)]
pub(super) enum Model {
    Add(Path, Value),
    Remove(Path),
    Replace(Path, Value),
    Move { from: Path, path: Path },
    Copy { from: Path, path: Path },
    Test(Path, Value),
}

/// The parts of a pointer, without escapes.
type Path = Vec<String>;

impl Model {
    /// `None` if it is malformed.
    pub(super) fn read(operation: &Value) -> Option<Self> {
        let text = |name: &str| operation.get(name).and_then(Value::as_text);
        let value = || operation.get("value").cloned();
        let path = parts(text("path")?)?;
        Some(match text("op")? {
            "add" => Self::Add(path, value()?),
            "remove" => Self::Remove(path),
            "replace" => Self::Replace(path, value()?),
            "move" => Self::Move { from: parts(text("from")?)?, path },
            "copy" => Self::Copy { from: parts(text("from")?)?, path },
            "test" => Self::Test(path, value()?),
            _ => return None,
        })
    }

    /// The document after it; `None` if it fails.
    pub(super) fn apply(&self, mut document: Value) -> Option<Value> {
        match self {
            Self::Add(path, value) => add(&mut document, path, value.clone())?,
            Self::Remove(path) => drop(remove(&mut document, path)?),
            Self::Replace(path, value) => *find(&mut document, path)? = value.clone(),
            Self::Move { from, path } => {
                if path.len() > from.len() && path.starts_with(from) {
                    return None;
                }
                let moved = remove(&mut document, from)?;
                add(&mut document, path, moved)?;
            }
            Self::Copy { from, path } => {
                let copied = find(&mut document, from)?.clone();
                add(&mut document, path, copied)?;
            }
            Self::Test(path, value) => {
                let same = tree::alike(find(&mut document, path)?, value);
                return same.then_some(document);
            }
        }
        Some(document)
    }
}

fn parts(pointer: &str) -> Option<Path> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let escaped = pointer.strip_prefix('/')?.split('/');
    escaped
        .map(|part| {
            let sound = part.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
            sound.then(|| part.replace("~1", "/").replace("~0", "~"))
        })
        .collect()
}

fn find<'v>(document: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    let Some((part, rest)) = path.split_first() else { return Some(document) };
    let inner = match document {
        Value::Map(members) => {
            members.iter_mut().find(|(name, _)| name == part).map(|(_, value)| value)
        }
        Value::Array(items) => index(part).and_then(|at| items.get_mut(at)),
        _ => None,
    };
    find(inner?, rest)
}

fn add(document: &mut Value, path: &[String], value: Value) -> Option<()> {
    let Some((part, parent)) = path.split_last() else {
        *document = value;
        return Some(());
    };
    match find(document, parent)? {
        Value::Map(members) => match members.iter_mut().find(|(name, _)| name == part) {
            Some((_, old)) => *old = value,
            None => members.push((part.into(), value)),
        },
        Value::Array(items) => {
            let at = if part == "-" { items.len() } else { index(part)? };
            if at > items.len() {
                return None;
            }
            items.insert(at, value);
        }
        _ => return None,
    }
    Some(())
}

fn remove(document: &mut Value, path: &[String]) -> Option<Value> {
    // The whole leaves nothing to go on with.
    let (part, parent) = path.split_last()?;
    match find(document, parent)? {
        Value::Map(members) => {
            let at = members.iter().position(|(name, _)| name == part)?;
            Some(members.remove(at).1)
        }
        Value::Array(items) => {
            let at = index(part).filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        _ => None,
    }
}

/// A place in an array: digits, and no zero before others.
fn index(part: &str) -> Option<usize> {
    let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (part.len() == 1 || !part.starts_with('0'));
    plain.then(|| part.parse().ok()).flatten()
}
