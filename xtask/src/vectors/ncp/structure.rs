//! Structures and single rules: what the bytes of each mean, by readers of our own.

use super::digest;
use super::json;
use super::msgpack;
use super::patch;
use super::seal;
use super::tree::Tree;
use crate::vectors::bytes::Problem;

/// The fields of the structure called `name`; the problem is why it is refused.
pub fn read(name: &str, bytes: &[u8]) -> Result<Tree, Problem> {
    let (kind, which) = name.split_once('/').unwrap_or((name, ""));
    match kind {
        "canonical_json" => {
            let text = json::write(&json::read(bytes)?, true)?;
            Ok(one("canonical", Tree::Text(text)))
        }
        "anchor_id" => {
            let text = json::write(&json::read(bytes)?, true)?;
            Ok(one("anchor_id", Tree::Text(format!("sha256:{}", digest::hex(text.as_bytes())))))
        }
        "schema" => schema(&json::read(bytes)?),
        "bitset_patch" => bitset(&fields_of(which)?, bytes),
        "json_patch" => patch::run(&json::read(bytes)?),
        "sealed_payload" => seal::open(which, bytes),
        "node_address" => address(text(bytes)?),
        "nid" => identity(text(bytes)?),
        "npt" => {
            text(bytes)?;
            Ok(one("npt", Tree::Int((bytes.len() as i128 + 3) / 4)))
        }
        "version" => {
            let (major, minor) = text(bytes)?.split_once('.').ok_or("no dot")?;
            let fields = [("major", number(major)?), ("minor", number(minor)?)];
            Ok(map(fields.map(|(name, value)| (name, Tree::Int(value))).to_vec()))
        }
        _ => Err(format!("no structure {name}")),
    }
}

/// Names of structures that must be shown, taken and refused alike.
pub const BOTH: [&str; 8] = [
    "bitset_patch",
    "json_patch",
    "nid",
    "node_address",
    "schema",
    "sealed_payload/aes-256-gcm",
    "sealed_payload/chacha20-poly1305",
    "version",
];

fn map(fields: Vec<(&str, Tree)>) -> Tree {
    Tree::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn one(name: &str, value: Tree) -> Tree {
    map(vec![(name, value)])
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|error| error.to_string())
}

fn number(digits: &str) -> Result<i128, Problem> {
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let value = plain.then(|| digits.parse::<u64>().ok()).flatten();
    value.map(i128::from).ok_or_else(|| format!("{digits:?} is no number"))
}

const TYPES: [&str; 9] =
    ["string", "uint64", "int64", "decimal", "bool", "timestamp", "bytes", "object", "array"];

/// The field descriptors with `nullable` filled in.
fn schema(schema: &Tree) -> Result<Tree, Problem> {
    let fields = schema.get("fields").and_then(Tree::items).ok_or("no fields")?;
    let descriptor = |field: &Tree| {
        let name = field.get("name").and_then(Tree::text).ok_or("no name")?;
        let kind = field.get("type").and_then(Tree::text).ok_or("no type")?;
        if !TYPES.contains(&kind) {
            return Err(format!("no type {kind}"));
        }
        let mut out = vec![("name", Tree::Text(name.into())), ("type", Tree::Text(kind.into()))];
        if let Some(semantic) = field.get("semantic") {
            out.push(("semantic", semantic.clone()));
        }
        let nullable = field.get("nullable").cloned().unwrap_or(Tree::Bool(false));
        out.push(("nullable", nullable));
        Ok(map(out))
    };
    let fields = fields.iter().map(descriptor).collect::<Result<Vec<_>, Problem>>()?;
    Ok(one("fields", Tree::List(fields)))
}

/// Names of the fields of the product schema, or of one with so many fields.
fn fields_of(which: &str) -> Result<Vec<String>, Problem> {
    if which.is_empty() {
        return Ok(["id", "name", "price", "stock"].map(str::to_owned).to_vec());
    }
    let count: usize = which.parse().map_err(|_| format!("no number of fields {which}"))?;
    Ok((0..count).map(|index| format!("f{index}")).collect())
}

fn bitset(names: &[String], bytes: &[u8]) -> Result<Tree, Problem> {
    let width = names.len().div_ceil(8);
    let (bits, values) = bytes.split_at_checked(width).ok_or("half a bitset")?;
    let marked = |index: &usize| bits[index / 8] >> (index % 8) & 1 == 1;
    if (names.len()..8 * width).any(|index| marked(&index)) {
        return Err("a bit for no field".to_owned());
    }
    let values = msgpack::read_all(values)?;
    let marked: Vec<usize> = (0..names.len()).filter(marked).collect();
    if marked.len() != values.len() {
        return Err(format!("{} values for {} fields", values.len(), marked.len()));
    }
    let changes = marked.into_iter().map(|index| names[index].clone()).zip(values).collect();
    Ok(one("changes", Tree::Map(changes)))
}

fn plain(part: &str, more: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
}

const SUB_PATHS: [&str; 7] =
    ["query", "stream", "invoke", "subscribe", "actions", ".schema", ".nwm"];

fn address(text: &str) -> Result<Tree, Problem> {
    let rest = text.strip_prefix("nwp://").ok_or("another scheme")?;
    let (authority, path) = rest.split_once('/').ok_or("no path")?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, number(port)?),
        _ => (authority, 17433),
    };
    if host.is_empty() || port > 65_535 {
        return Err("no host, or no port".to_owned());
    }
    let (path, sub_path) = match path.rsplit_once('/') {
        Some((path, last)) if SUB_PATHS.contains(&last) => (path, Some(last)),
        _ => (path, None),
    };
    if !path.split('/').all(|segment| plain(segment, "-_")) {
        return Err("no path of segments".to_owned());
    }
    let text = |text: &str| Tree::Text(text.to_owned());
    let mut fields = vec![("host", text(host)), ("port", Tree::Int(port)), ("path", text(path))];
    fields.extend(sub_path.map(|sub_path| ("sub_path", text(sub_path))));
    Ok(map(fields))
}

fn identity(text: &str) -> Result<Tree, Problem> {
    let rest = text.strip_prefix("urn:nps:").ok_or("another namespace")?;
    let parts: Vec<&str> = rest.split(':').collect();
    let (entity, issuer, identifier) = match parts[..] {
        [entity @ "org", issuer] => (entity, issuer, None),
        [entity @ ("agent" | "node" | "org"), issuer, identifier] => {
            (entity, issuer, Some(identifier))
        }
        _ => return Err("other parts".to_owned()),
    };
    if !plain(issuer, "-.") || identifier.is_some_and(|identifier| !plain(identifier, "-_.")) {
        return Err("characters that have no place there".to_owned());
    }
    let text = |text: &str| Tree::Text(text.to_owned());
    let mut fields = vec![("entity", text(entity)), ("issuer", text(issuer))];
    fields.extend(identifier.map(|identifier| ("identifier", text(identifier))));
    Ok(map(fields))
}
