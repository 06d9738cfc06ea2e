//! `send`: the frame is read here and tried by the protocol, so that its mistakes show at once.

use super::Reader;
use crate::scenario::error::{Problem, nearest};
use crate::scenario::format::{Key, Node, Tree};
use crate::scenario::place::Place;
use serde_json::{Map, Value};
use wireproof_driver::{FrameError, FrameSpec};

impl Reader<'_> {
    pub(super) fn send(&mut self, node: &Node) -> Option<FrameSpec> {
        if !matches!(node.value, Tree::Map(_)) {
            self.wrong_type(node, "a mapping");
            return None;
        }
        let spec = match FrameSpec::try_from(json(node, "")) {
            Ok(spec) => spec,
            Err(error) => {
                self.frame_error(node, error);
                return None;
            }
        };
        match (self.vocabulary.check_frame)(&spec) {
            Ok(()) => Some(spec),
            Err(error) => {
                self.frame_error(node, error);
                None
            }
        }
    }

    fn frame_error(&mut self, node: &Node, error: FrameError) {
        let says = error.to_string();
        let (place, problem) = match error {
            FrameError::Shape { detail } => (node.place.clone(), Problem::Syntax { detail }),
            FrameError::NoFrame => {
                let (of, key) = ("`send`".to_owned(), "frame".to_owned());
                (node.place.clone(), Problem::MissingKey { of, key })
            }
            FrameError::UnknownFrame { name, suggestion } => {
                let place = node.get("frame").map_or(&node.place, |frame| &frame.place).clone();
                let what = "frame".to_owned();
                (place, Problem::UnknownName { what, name, near: suggestion, known: vec![] })
            }
            FrameError::UnknownKey { key } => {
                let (place, of) = (find(node, &key), "`send`".to_owned());
                let keys = self.vocabulary.frame_keys;
                let near = nearest(&key, keys.iter().copied());
                let known = keys.iter().map(|&key| key.to_owned()).collect();
                (place, Problem::UnknownKey { of, key, near, known })
            }
            FrameError::UnknownField { frame, field, suggestion } => {
                let (place, of) = (find(node, &field), format!("frame `{frame}`"));
                (place, Problem::UnknownKey { of, key: field, near: suggestion, known: vec![] })
            }
            FrameError::BadValue { key, .. } | FrameError::BadHex { key } => {
                let help = "numbers, names of numbers, or hexadecimal digits where bytes stand";
                (find(node, &key), Problem::Conflict { says, help: help.into() })
            }
        };
        self.error(&place, problem);
    }
}

/// The mapping as JSON, with bytes kept as they were written: `12e4` is no number there.
fn json(node: &Node, key: &str) -> Value {
    match &node.value {
        Tree::Map(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.name.clone(), json(value, &key.name)))
                .collect::<Map<_, _>>(),
        ),
        Tree::List(items) => Value::Array(items.iter().map(|item| json(item, key)).collect()),
        Tree::Int(..) | Tree::Float(..) if BYTES.contains(&key) => {
            Value::String(node.text().unwrap_or_default().to_owned())
        }
        _ => node.json(),
    }
}

/// Where `key` stands: `a.b` is the key itself or `b` below `a`.
fn find(node: &Node, key: &str) -> Place {
    fn search<'n>(node: &'n Node, key: &str) -> Option<&'n Key> {
        let inside = |node: &'n Node| match &node.value {
            Tree::List(items) => items.iter().find_map(|item| search(item, key)),
            _ => search(node, key),
        };
        let entries = node.entries();
        let here = entries.iter().find(|(name, _)| name.name == key).map(|(name, _)| name);
        here.or_else(|| entries.iter().find_map(|(_, value)| inside(value)))
    }
    let last = key.rsplit(['.', ' ']).next().unwrap_or(key);
    search(node, key)
        .or_else(|| search(node, last))
        .map_or_else(|| node.place.clone(), |key| key.place.clone())
}

/// Keys whose values are bytes in hexadecimal, or text.
const BYTES: &[&str] = &[
    "raw",
    "body",
    "hex",
    "append",
    "token",
    "profile",
    "auth",
    "diagnostic",
    "text",
    "payload_hex",
    "key",
    "nonce",
    "$hex",
    "$raw",
];
