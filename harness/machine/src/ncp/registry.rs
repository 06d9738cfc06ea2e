//! The schemas of a Node, NCP §5.1, §5.4, §7.2 (reference table 8.7; `OP-36`, `OP-59`).
//!
//! Lineage is configuration of the Node: nothing on the wire says which schema replaced which.

use super::Refusal;
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::{Schema, anchor_id, check_schema, is_system_ref};
use wireproof_wire::ncp::code::{NCP_ANCHOR_NOT_FOUND, NCP_ANCHOR_STALE};
use wireproof_wire::ncp::event::Hold;

#[cfg(test)]
mod tests;

/// Where one identifier stands.
///
/// ```text
///                 publish              another is published as its successor
///  Unregistered ----------> Current -----------------------------------> Superseded
///    ^   ^                     |  ^                                       |    |
///    |   +------ drop ---------+  +-- published as successor of the ------+    |
///    |                                current one                              |
///    +--------------------------- drop ----------------------------------------+
/// ```
///
/// NCP §5.4. Publishing the same schema again changes nothing; another one under the same
/// identifier is impossible, because the identifier is its digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not here.
    #[default]
    Unregistered,
    /// In use.
    Current,
    /// Replaced.
    Superseded,
}

/// What moves an identifier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'a> {
    /// The Node publishes a schema.
    Publish {
        /// The schema.
        schema: &'a Value,
        /// The identifier claimed for it; empty takes its digest.
        anchor_id: &'a str,
        /// Seconds that Agents may keep it.
        ttl: u32,
        /// The schema it replaces; empty for none.
        replaces: &'a str,
    },
    /// The Node drops a schema.
    Drop(&'a str),
    /// A request refers to one.
    Request {
        /// `anchor_ref`.
        anchor_ref: &'a str,
        /// `auto_anchor`; absent counts as true (NCP-ANCHOR-023).
        auto_anchor: Option<bool>,
    },
}

/// What an event came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// N01, N02, N04, N10: the schema is registered under this identifier.
    Published(String),
    /// N09.
    Dropped,
    /// N05: answer under the reference of the request.
    Answer,
    /// N06: answer under this identifier, with its AnchorFrame inline where the answer has room
    /// for it and pushed just before where it has none (`OP-36`).
    Replaced(String),
    /// A reference of the system, which no registry holds.
    System,
}

/// One schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor {
    /// As it was published; it travels so.
    pub value: Value,
    /// What it says.
    pub schema: Schema,
    /// Seconds that Agents may keep it.
    pub ttl: u32,
    /// Whether it was replaced, and by what if that is still here.
    succession: Succession,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Succession {
    Current,
    Replaced { by: Option<String> },
}

/// The schemas of a Node by identifier.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    anchors: BTreeMap<String, Anchor>,
}

impl Registry {
    /// A registry without schemas.
    pub const fn new() -> Self {
        Self { anchors: BTreeMap::new() }
    }

    /// Takes `event`.
    pub fn apply(&mut self, event: Event<'_>) -> Result<Output, Refusal> {
        match event {
            Event::Publish { schema, anchor_id, ttl, replaces } => {
                self.publish(schema, anchor_id, ttl, replaces).map(Output::Published)
            }
            Event::Drop(anchor_ref) => self.drop_one(anchor_ref).map(|()| Output::Dropped),
            Event::Request { anchor_ref, auto_anchor } => self.request(anchor_ref, auto_anchor),
        }
    }

    /// State of an identifier.
    pub fn state(&self, anchor_ref: &str) -> State {
        match self.anchors.get(anchor_ref).map(|anchor| &anchor.succession) {
            None => State::Unregistered,
            Some(Succession::Current) => State::Current,
            Some(Succession::Replaced { .. }) => State::Superseded,
        }
    }

    /// A schema that is registered, current or not.
    pub fn get(&self, anchor_ref: &str) -> Option<&Anchor> {
        self.anchors.get(anchor_ref)
    }

    /// The identifiers that are registered, sorted.
    pub fn anchors(&self) -> impl Iterator<Item = (&str, &Anchor)> {
        self.anchors.iter().map(|(id, anchor)| (id.as_str(), anchor))
    }

    /// The current schema at the end of the lineage of a registered one.
    pub fn current<'a>(&'a self, anchor_ref: &'a str) -> Option<&'a str> {
        let mut at = anchor_ref;
        // A successor is current when it becomes one, so lineages have no rings.
        loop {
            match &self.anchors.get(at)?.succession {
                Succession::Current => return Some(at),
                Succession::Replaced { by } => at = by.as_deref()?,
            }
        }
    }

    /// N01 to N04, N10. Everything is checked before anything changes.
    fn publish(
        &mut self,
        value: &Value,
        claimed: &str,
        ttl: u32,
        replaces: &str,
    ) -> Result<String, Refusal> {
        let schema = check_schema(value).map_err(|_| Refusal::local("N01", Hold::Malformed))?;
        let id = anchor_id(value).map_err(|_| Refusal::local("N01", Hold::Malformed))?;
        if !claimed.is_empty() && claimed != id {
            let row = if self.anchors.contains_key(claimed) { "N03" } else { "N01" };
            return Err(Refusal::local(row, Hold::Anchor));
        }
        let replaces = self.predecessor(replaces, &id)?;
        let known = self.anchors.entry(id.clone()).or_insert_with(|| Anchor {
            value: value.clone(),
            schema,
            ttl,
            succession: Succession::Current,
        });
        if let Some(replaces) = replaces {
            known.succession = Succession::Current;
            if let Some(old) = self.anchors.get_mut(replaces) {
                old.succession = Succession::Replaced { by: Some(id.clone()) };
            }
        }
        Ok(id)
    }

    /// The current schema that `id` is to replace; nothing if none is named, or if it has done so.
    fn predecessor<'a>(&self, replaces: &'a str, id: &str) -> Result<Option<&'a str>, Refusal> {
        let refuse = |why| Err(Refusal::local("N04", why));
        if replaces.is_empty() {
            return Ok(None);
        }
        match self.anchors.get(replaces).map(|anchor| &anchor.succession) {
            None => refuse(Hold::Unknown),
            // Nothing succeeds itself.
            Some(_) if replaces == id => refuse(Hold::Malformed),
            Some(Succession::Current) => Ok(Some(replaces)),
            Some(Succession::Replaced { by: Some(by) }) if by == id => Ok(None),
            Some(Succession::Replaced { .. }) => refuse(Hold::State),
        }
    }

    /// N09. What the dropped one had replaced is replaced by its successor from now on, if it has
    /// one, and else by nothing that is here.
    fn drop_one(&mut self, anchor_ref: &str) -> Result<(), Refusal> {
        let Some(gone) = self.anchors.remove(anchor_ref) else {
            return Err(Refusal::local("", Hold::Unknown));
        };
        let heir = match gone.succession {
            Succession::Current => None,
            Succession::Replaced { by } => by,
        };
        for anchor in self.anchors.values_mut() {
            if let Succession::Replaced { by } = &mut anchor.succession
                && by.as_deref() == Some(anchor_ref)
            {
                by.clone_from(&heir);
            }
        }
        Ok(())
    }

    /// N05 to N08. STALE also where no successor is left to offer: the reference is registered
    /// and replaced, so it is not NOT-FOUND (NCP-ANCHOR-032).
    fn request(&self, anchor_ref: &str, auto_anchor: Option<bool>) -> Result<Output, Refusal> {
        if is_system_ref(anchor_ref) {
            return Ok(Output::System);
        }
        let successor = self.current(anchor_ref);
        match (self.state(anchor_ref), successor) {
            (State::Unregistered, _) => Err(Refusal::peer("N08", NCP_ANCHOR_NOT_FOUND)),
            (State::Current, _) => Ok(Output::Answer),
            (State::Superseded, Some(current)) if auto_anchor != Some(false) => {
                Ok(Output::Replaced(current.to_owned()))
            }
            (State::Superseded, _) => Err(Refusal::peer("N07", NCP_ANCHOR_STALE)),
        }
    }
}

impl State {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unregistered => "unregistered",
            Self::Current => "current",
            Self::Superseded => "superseded",
        }
    }
}

impl Output {
    /// Name as in snapshots and machine cases.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Published(_) => "published",
            Self::Dropped => "dropped",
            Self::Answer => "answer",
            Self::Replaced(_) => "replaced",
            Self::System => "system",
        }
    }
}
