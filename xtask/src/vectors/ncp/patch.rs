//! JSON Patch (RFC 6902) over a record.

use super::tree::{Tree, unescape};
use crate::vectors::bytes::Problem;

/// `{record, patch}` to `{record}`, if every operation succeeds.
pub fn run(given: &Tree) -> Result<Tree, Problem> {
    let mut record = given.get("record").ok_or("no record")?.clone();
    for operation in given.get("patch").and_then(Tree::items).ok_or("no operations")? {
        apply(&mut record, operation)?;
    }
    Ok(Tree::Map(vec![("record".to_owned(), record)]))
}

fn apply(record: &mut Tree, operation: &Tree) -> Result<(), Problem> {
    let member = |name: &str| {
        let text = operation.get(name).and_then(Tree::text);
        text.ok_or_else(|| format!("no {name}"))
    };
    let path = member("path")?;
    let value = || operation.get("value").cloned().ok_or("no value");
    match member("op")? {
        "add" => add(record, path, value()?),
        "remove" => remove(record, path).map(|_| ()),
        "replace" => {
            let value = value()?;
            find(record, path)?;
            if path.is_empty() {
                *record = value;
                return Ok(());
            }
            // A member keeps its place in the meaning, if not in the order.
            remove(record, path)?;
            add(record, path, value)
        }
        "move" => {
            let from = member("from")?;
            if path.strip_prefix(from).is_some_and(|rest| rest.starts_with('/')) {
                return Err("moved into itself".to_owned());
            }
            let value = remove(record, from)?;
            add(record, path, value)
        }
        "copy" => {
            let value = find(record, member("from")?)?.clone();
            add(record, path, value)
        }
        "test" if find(record, path)?.same(&value()?) => Ok(()),
        "test" => Err("another value".to_owned()),
        other => Err(format!("no operation {other}")),
    }
}

/// A place in an array: no sign and no zero before it.
fn index(step: &str) -> Result<usize, Problem> {
    let plain = step == "0" || !step.starts_with('0') && step.bytes().all(|d| d.is_ascii_digit());
    let index = plain.then(|| step.parse().ok()).flatten();
    index.ok_or_else(|| format!("no place {step}"))
}

fn find<'t>(tree: &'t Tree, pointer: &str) -> Result<&'t Tree, Problem> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return Err("no pointer".to_owned());
    }
    pointer.split('/').skip(1).try_fold(tree, |here, step| {
        let found = match here {
            Tree::List(items) => items.get(index(step)?),
            _ => here.get(&unescape(step)),
        };
        found.ok_or_else(|| format!("nothing at {pointer}"))
    })
}

fn add(record: &mut Tree, pointer: &str, value: Tree) -> Result<(), Problem> {
    if pointer.is_empty() {
        *record = value;
        return Ok(());
    }
    find(record, pointer.rsplit_once('/').ok_or("no pointer")?.0)?;
    match record.place(pointer)? {
        (Tree::List(items), last) => {
            let at = if last == "-" { items.len() } else { index(&last)? };
            if at > items.len() {
                return Err(format!("nothing before {pointer}"));
            }
            items.insert(at, value);
            Ok(())
        }
        (Tree::Map(members), name) => {
            members.retain(|(known, _)| *known != name);
            members.push((name, value));
            Ok(())
        }
        _ => Err(format!("nothing can be added at {pointer}")),
    }
}

fn remove(record: &mut Tree, pointer: &str) -> Result<Tree, Problem> {
    let value = find(record, pointer)?.clone();
    match record.place(pointer)? {
        (Tree::List(items), last) => {
            items.remove(index(&last)?);
        }
        (Tree::Map(members), name) => members.retain(|(known, _)| *known != name),
        _ => return Err(format!("nothing to remove at {pointer}")),
    }
    Ok(value)
}
