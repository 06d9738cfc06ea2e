//! YAML to [`Node`]. The only module that knows the YAML library, so that it can be swapped.

use super::node::{Key, Node, Tree};
use crate::scenario::error::{LoadError, Problem};
use crate::scenario::matrix::Expanded;
use crate::scenario::place::{Place, Source};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{AliasLimits, MergeKeyPolicy};
use serde_saphyr::{Budget, Error, Location, Options, Spanned};
use std::fmt;

/// How much a file may ask of its reader.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Nested collections.
    pub depth: usize,
    /// Values, aliases expanded.
    pub nodes: usize,
    /// Anchors, and uses of them.
    pub aliases: usize,
}

impl Limits {
    /// For one scenario.
    pub const SCENARIO: Self = Self { bytes: 256 << 10, depth: 24, nodes: 20_000, aliases: 64 };
    /// For the list of all requirements of a protocol.
    pub const CATALOGUE: Self = Self { bytes: 4 << 20, depth: 8, nodes: 200_000, aliases: 0 };
}

/// Reads one document. Places in the result are those of the text before its parameters were
/// filled in.
pub fn parse(source: &Source, expanded: &Expanded, limits: &Limits) -> Result<Node, LoadError> {
    if expanded.text.len() > limits.bytes {
        let problem = Problem::TooLarge { bytes: expanded.text.len(), limit: limits.bytes };
        return Err(LoadError::new(source.start(), problem));
    }
    let parsed: Result<Raw, Error> =
        serde_saphyr::from_str_with_options(&expanded.text, options(limits));
    let context = Context { source, expanded };
    let node = parsed.map(|raw| context.node(raw)).map_err(|error| context.error(&error))?;
    if matches!(node.value, Tree::Null) {
        return Err(LoadError::new(source.start(), Problem::Empty));
    }
    Ok(node)
}

fn options(limits: &Limits) -> Options {
    serde_saphyr::options! {
        budget: budget(limits),
        merge_keys: MergeKeyPolicy::Error,
        alias_limits: aliases(limits),
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        with_snippet: false,
    }
}

fn budget(limits: &Limits) -> Option<Budget> {
    serde_saphyr::budget! {
        max_reader_input_bytes: Some(limits.bytes),
        max_documents: 1,
        max_depth: limits.depth,
        flow_nesting_limit: limits.depth * 4,
        max_nodes: limits.nodes,
        max_events: limits.nodes * 3,
        max_anchors: limits.aliases,
        max_aliases: limits.aliases,
        max_recorded_anchor_events: limits.nodes,
    }
}

fn aliases(limits: &Limits) -> AliasLimits {
    serde_saphyr::alias_limits! {
        max_total_replayed_events: limits.nodes,
        max_replay_stack_depth: limits.depth,
    }
}

struct Context<'a> {
    source: &'a Source,
    expanded: &'a Expanded,
}

impl Context<'_> {
    fn node(&self, raw: Raw) -> Node {
        let Spanned { value, defined, .. } = raw.0;
        let written = self.written(&defined);
        let collection = matches!(value, RawTree::List(_) | RawTree::Map(_));
        let width = if collection { 0 } else { first_line_width(written) };
        let value = match value {
            RawTree::Null => Tree::Null,
            RawTree::Bool(value) => Tree::Bool(value),
            RawTree::Int(value) => Tree::Int(value, written.to_owned()),
            RawTree::Float(value) => Tree::Float(value, written.to_owned()),
            RawTree::Text(value) => Tree::Text(value),
            RawTree::List(items) => {
                Tree::List(items.into_iter().map(|item| self.node(item)).collect())
            }
            RawTree::Map(entries) => {
                Tree::Map(entries.into_iter().map(|(k, v)| (self.key(k), self.node(v))).collect())
            }
        };
        Node { place: self.place(&defined, width), value }
    }

    fn key(&self, raw: Spanned<String>) -> Key {
        let width = first_line_width(self.written(&raw.defined));
        Key { place: self.place(&raw.defined, width), name: raw.value }
    }

    fn written(&self, location: &Location) -> &str {
        let span = location.span();
        let (Some(start), Some(len)) = (span.byte_offset(), span.byte_len()) else { return "" };
        self.expanded.text.get(start as usize..(start + len) as usize).unwrap_or("")
    }

    fn place(&self, location: &Location, width: u32) -> Place {
        let (line, column) = (location.line() as u32, location.column() as u32);
        let (column, width) = self.expanded.original(line, column, width);
        self.source.place(line, column, width)
    }

    fn error(&self, error: &Error) -> LoadError {
        let mut error = error.without_snippet();
        while let Error::AliasError { error: inner, .. } = error {
            error = inner;
        }
        let problem = match error {
            Error::DuplicateMappingKey { key, .. } => {
                Problem::DuplicateKey { key: key.clone().unwrap_or_default() }
            }
            Error::Budget { breach, .. } => too_complex(breach),
            Error::AliasReplayLimitExceeded { .. }
            | Error::AliasReplayStackDepthExceeded { .. }
            | Error::AliasExpansionLimitExceeded { .. } => {
                Problem::TooComplex { what: "expanded aliases" }
            }
            Error::MergeKeyNotAllowed { .. } => Problem::MergeKey,
            Error::UnknownAnchor { .. } => Problem::UnknownAnchor,
            other => Problem::Syntax { detail: plain(&other.to_string()) },
        };
        let place = match error.location() {
            Some(at) => self.place(&at, first_line_width(self.written(&at))),
            None => self.source.start(),
        };
        LoadError::new(place, problem)
    }
}

fn too_complex(breach: &BudgetBreach) -> Problem {
    let what = match breach {
        BudgetBreach::Depth { .. } => "nested collections",
        BudgetBreach::Anchors { .. } => "anchors",
        BudgetBreach::Aliases { .. }
        | BudgetBreach::AliasAnchorRatio { .. }
        | BudgetBreach::RecordedAnchorEvents { .. }
        | BudgetBreach::RecordedAnchorBytes { .. } => "expanded aliases",
        BudgetBreach::Documents { .. } => "documents",
        _ => "values",
    };
    Problem::TooComplex { what }
}

/// The message of the library without the place it repeats at its end.
fn plain(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message[..end].trim().to_owned()
}

fn first_line_width(written: &str) -> u32 {
    written.lines().next().unwrap_or("").trim_end().chars().count() as u32
}

/// What the library hands over; [`Spanned`] carries the place.
struct Raw(Spanned<RawTree>);

enum RawTree {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Raw>),
    Map(Vec<(Spanned<String>, Raw)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for RawTree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = RawTree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<RawTree, E> {
        Ok(RawTree::Null)
    }

    fn visit_none<E>(self) -> Result<RawTree, E> {
        Ok(RawTree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<RawTree, E> {
        Ok(RawTree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RawTree, E> {
        Ok(RawTree::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RawTree, E> {
        Ok(RawTree::Int(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<RawTree, E> {
        Ok(RawTree::Int(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<RawTree, E> {
        Ok(RawTree::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<RawTree, E> {
        Ok(RawTree::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<RawTree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(RawTree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<RawTree, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key()? {
            entries.push((key, access.next_value()?));
        }
        Ok(RawTree::Map(entries))
    }
}
