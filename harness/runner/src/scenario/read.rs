//! From a tree to a [`Scenario`](super::model::Scenario): every mistake is noted with its place,
//! and reading goes on, so that one run names them all.

mod broken;
mod check;
mod expect;
mod fields;
mod head;
pub(in crate::scenario) mod keys;
mod machine;
mod matrix;
mod pattern;
mod send;
mod step;

pub use head::scenario;
pub use matrix::{carriers, parameters};
pub use step::Includes;

use super::error::{LoadError, Problem, nearest};
use super::format::{Key, Node, from_node};
use super::place::Place;
use super::shape::Shape;
use super::{Vocabulary, duration};
use fields::Fields;
use serde::de::DeserializeOwned;
use wireproof_base::{Carrier, Duration, Protocol};

/// The shapes of a protocol's types.
#[derive(Clone, Debug)]
pub struct Shapes {
    /// Of its commands.
    pub command: Shape,
    /// Of its events.
    pub event: Shape,
    /// Of its setup.
    pub setup: Shape,
}

impl Shapes {
    /// The shapes of `P`.
    pub fn of<P: Protocol>() -> Self {
        Self {
            command: Shape::of::<P::Command>(),
            event: Shape::of::<P::Event>(),
            setup: Shape::of::<P::Setup>(),
        }
    }
}

/// Reads one tree and collects its mistakes.
pub struct Reader<'a> {
    vocabulary: &'a Vocabulary<'a>,
    shapes: &'a Shapes,
    /// Mistakes so far.
    pub errors: Vec<LoadError>,
}

impl<'a> Reader<'a> {
    /// A reader without mistakes.
    pub fn new(vocabulary: &'a Vocabulary<'a>, shapes: &'a Shapes) -> Self {
        Self { vocabulary, shapes, errors: Vec::new() }
    }

    fn error(&mut self, place: &Place, problem: Problem) {
        self.errors.push(LoadError::new(place.clone(), problem));
    }

    fn conflict(&mut self, place: &Place, says: impl Into<String>, help: impl Into<String>) {
        self.error(place, Problem::Conflict { says: says.into(), help: help.into() });
    }

    fn wrong_type(&mut self, node: &Node, expected: &str) {
        let found = node.text().map_or_else(|| node.kind().to_owned(), |text| format!("`{text}`"));
        let problem = Problem::WrongType { expected: expected.to_owned(), found };
        self.error(&node.place, problem);
    }

    fn unknown_name<'n>(
        &mut self,
        place: &Place,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let near = nearest(name, known.iter().copied());
        let listed = if known.len() > MOST_LISTED { &[][..] } else { &known[..] };
        let problem = Problem::UnknownName {
            what: what.to_owned(),
            name: name.to_owned(),
            near,
            known: listed.iter().map(|&name| name.to_owned()).collect(),
        };
        self.error(place, problem);
    }

    /// Any serde type, with its mistake noted.
    fn value<T: DeserializeOwned>(&mut self, node: &Node) -> Option<T> {
        let numbers = self.vocabulary.number;
        match from_node(node, numbers) {
            Ok(value) => Some(value),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    fn text(&mut self, node: &Node) -> Option<String> {
        let text = node.text().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(node, "text");
        }
        text
    }

    fn duration(&mut self, node: &Node) -> Option<Duration> {
        let Some(text) = node.text() else {
            self.wrong_type(node, "a duration such as 50ms");
            return None;
        };
        let span = duration::parse(text);
        if span.is_none() {
            self.error(&node.place, Problem::BadDuration { text: text.to_owned() });
        }
        span
    }

    /// One of a closed list of names.
    fn one_of<T: Copy>(&mut self, node: &Node, what: &str, table: &[(&str, T)]) -> Option<T> {
        let text = self.text(node)?;
        let found = table.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            self.unknown_name(&node.place, what, &text, table.iter().map(|(name, _)| *name));
        }
        found
    }

    /// A carrier that the protocol runs over.
    fn carrier(&mut self, node: &Node) -> Option<Carrier> {
        let carriers = self.vocabulary.carriers.iter();
        let known: Vec<_> = carriers.map(|&carrier| (carrier.name(), carrier)).collect();
        self.one_of(node, "carrier", &known)
    }

    fn items<'n>(&mut self, node: &'n Node, expected: &str) -> &'n [Node] {
        if let super::format::Tree::List(items) = &node.value {
            return items;
        }
        self.wrong_type(node, expected);
        &[]
    }

    fn fields<'n>(&mut self, node: &'n Node, of: &str, known: &[&str]) -> Option<Fields<'n>> {
        Fields::open(self, node, of, known)
    }

    fn unknown_key(&mut self, key: &Key, of: &str, known: &[&str]) {
        let near = nearest(&key.name, known.iter().copied());
        let problem = Problem::UnknownKey {
            of: of.to_owned(),
            key: key.name.clone(),
            near,
            known: known.iter().map(|&name| name.to_owned()).collect(),
        };
        self.error(&key.place, problem);
    }

    /// A requirement id that the catalogue knows.
    fn requirement(&mut self, node: &Node) -> Option<String> {
        let id = self.text(node)?;
        let Some(catalogue) = self.vocabulary.requirements else { return Some(id) };
        if catalogue.get(&id).is_none() {
            self.unknown_name(&node.place, "requirement", &id, catalogue.ids());
            return None;
        }
        Some(id)
    }

    /// A reading id that the catalogue knows.
    fn reading(&mut self, node: &Node) -> Option<String> {
        let id = self.text(node)?;
        let Some(catalogue) = self.vocabulary.requirements else { return Some(id) };
        if !catalogue.has_reading(&id) {
            self.unknown_name(&node.place, "reading", &id, catalogue.readings());
            return None;
        }
        Some(id)
    }
}

/// Longer lists of names are not printed.
const MOST_LISTED: usize = 24;
