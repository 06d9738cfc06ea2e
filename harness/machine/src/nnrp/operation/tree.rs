//! Operations with parents and groups, and what a cancel of each scope reaches (class M: the
//! preview3 wire has no carrier for these, R-02).

use super::State;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// How far a cancel reaches; the numbers are those of NNRP §7.2A.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Scope {
    /// The named operation.
    Operation = 0,
    /// It and all its descendants.
    Subtree = 1,
    /// All with the same group.
    Group = 2,
    /// All of the session.
    Session = 3,
}

/// Why a request was refused; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refused {
    /// `operation_id` is 0 (NNRP-OP-003).
    ZeroId,
    /// The session has an operation of that id (NNRP-OP-003).
    Taken,
    /// No such operation in the session (NNRP-OP-016).
    Unknown,
    /// The parent does not exist in the session, or is the operation itself (NNRP-OP-010).
    BadParent,
    /// The group id is 0 (NNRP-OP-010).
    ZeroGroup,
    /// The target has no group (NNRP-OP-013).
    NoGroup,
    /// Table 4.3 has no such step (NNRP-OP-007).
    NotAllowed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    state: State,
    parent: Option<u64>,
    group: Option<u64>,
}

/// Every operation of every session of one peer, by session and operation id.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: BTreeMap<(u32, u64), Node>,
}

impl Tree {
    /// Adds an operation in state accepted.
    pub fn add(
        &mut self,
        session: u32,
        operation: u64,
        parent: Option<u64>,
        group: Option<u64>,
    ) -> Result<(), Refused> {
        if operation == 0 {
            return Err(Refused::ZeroId);
        }
        if self.nodes.contains_key(&(session, operation)) {
            return Err(Refused::Taken);
        }
        if parent.is_some_and(|parent| {
            parent == operation || !self.nodes.contains_key(&(session, parent))
        }) {
            return Err(Refused::BadParent);
        }
        if group == Some(0) {
            return Err(Refused::ZeroGroup);
        }
        let node = Node { state: State::Accepted, parent, group };
        self.nodes.insert((session, operation), node);
        Ok(())
    }

    /// State of an operation.
    pub fn state(&self, session: u32, operation: u64) -> Option<State> {
        self.nodes.get(&(session, operation)).map(|node| node.state)
    }

    /// Takes one step of table 4.3.
    pub fn advance(&mut self, session: u32, operation: u64, to: State) -> Result<(), Refused> {
        let node = self.nodes.get_mut(&(session, operation)).ok_or(Refused::Unknown)?;
        if !node.state.allows(to) {
            return Err(Refused::NotAllowed);
        }
        node.state = to;
        Ok(())
    }

    /// Cancels what `scope` reaches from `target` and names it in rising order of id. A target
    /// that is already terminal is legal and yields nothing of its own (NNRP-OP-015).
    pub fn cancel(&mut self, session: u32, target: u64, scope: Scope) -> Result<Vec<u64>, Refused> {
        let named = *self.nodes.get(&(session, target)).ok_or(Refused::Unknown)?;
        if scope == Scope::Group && named.group.is_none() {
            return Err(Refused::NoGroup);
        }
        // The target must have been unfinished: a cancel of finished work yields an empty result.
        if named.state.is_terminal() {
            return Ok(Vec::new());
        }
        let reached: Vec<u64> = self
            .nodes
            .range((session, 0)..=(session, u64::MAX))
            .filter(|(_, node)| !node.state.is_terminal())
            .filter(|((_, operation), node)| match scope {
                Scope::Operation => *operation == target,
                Scope::Subtree => self.descends(session, *operation, target),
                Scope::Group => node.group == named.group,
                Scope::Session => true,
            })
            .map(|((_, operation), _)| *operation)
            .collect();
        for operation in &reached {
            if let Some(node) = self.nodes.get_mut(&(session, *operation)) {
                node.state = State::Cancelled;
            }
        }
        Ok(reached)
    }

    /// Whether `operation` is `ancestor` or below it. Parents exist before their children, so
    /// the way up ends.
    fn descends(&self, session: u32, operation: u64, ancestor: u64) -> bool {
        let mut at = Some(operation);
        while let Some(id) = at {
            if id == ancestor {
                return true;
            }
            at = self.nodes.get(&(session, id)).and_then(|node| node.parent);
        }
        false
    }
}

impl Scope {
    /// The scope with this number.
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Operation),
            1 => Some(Self::Subtree),
            2 => Some(Self::Group),
            3 => Some(Self::Session),
            _ => None,
        }
    }
}

impl Refused {
    /// Name as in machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ZeroId => "zero_id",
            Self::Taken => "taken",
            Self::Unknown => "unknown",
            Self::BadParent => "bad_parent",
            Self::ZeroGroup => "zero_group",
            Self::NoGroup => "no_group",
            Self::NotAllowed => "not_allowed",
        }
    }
}
