//! Where the members of a payload go while it is read: those that a table names into slots, in the
//! order of the table, and nothing else is kept.

use super::Fault;
use crate::ncp::table::Member;
use crate::ncp::value::{Name, Value};
use alloc::vec::Vec;
use core::mem;

/// Members that the largest table names.
pub(crate) const SLOTS: usize = 16;

/// One place per member of a table.
pub(crate) type Slots = [Option<Value>; SLOTS];

/// Takes the members of a root.
pub(crate) struct Intake {
    members: &'static [Member],
    /// What was found.
    pub(crate) slots: Slots,
    /// The member `frame`.
    pub(crate) frame: Option<Value>,
    /// Names that no table knows, to see those that stand twice.
    unknown: Vec<Name>,
    /// What stood under the last of them.
    ignored: Value,
    /// The slot behind the last one: most writers keep the order of the table.
    next: usize,
}

impl Intake {
    pub(crate) const fn new(members: &'static [Member]) -> Self {
        Self {
            members,
            slots: [const { None }; SLOTS],
            frame: None,
            unknown: Vec::new(),
            ignored: Value::Nil,
            next: 0,
        }
    }

    /// Forgets what was found.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.members);
    }

    /// A member that was found; one that was taken is empty.
    pub(crate) fn found(&self, name: &str) -> Option<&Value> {
        let at = self.members.iter().position(|member| member.name == name)?;
        self.slots[at].as_ref()
    }

    /// The name that comes next if all members are there in order.
    #[inline]
    pub(crate) fn likely(&self) -> &'static str {
        self.members.get(self.next).map_or("", |member| member.name)
    }

    /// Where the value of the member called `name` is to be put.
    #[inline]
    pub(crate) fn place(&mut self, name: &str) -> Result<&mut Value, Fault> {
        let is = |member: &Member| member.name == name;
        let ahead = self.members[self.next..].iter().position(is).map(|at| self.next + at);
        if let Some(at) = ahead.or_else(|| self.members[..self.next].iter().position(is)) {
            self.next = at + 1;
            return fresh(&mut self.slots[at]);
        }
        if name == "frame" {
            return fresh(&mut self.frame);
        }
        self.unknown.push(name.into());
        self.ignored = Value::Nil;
        Ok(&mut self.ignored)
    }

    /// The check that waits for the end: unknown names stand once each.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        if self.unknown.len() > 1 {
            self.unknown.sort_unstable();
            if self.unknown.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(Fault::Twice);
            }
        }
        Ok(())
    }
}

/// Stores a value where nil stands, which is nothing that would have to be freed first.
#[inline]
pub(crate) fn put(place: &mut Value, value: Value) {
    debug_assert!(place.is_nil());
    mem::forget(mem::replace(place, value));
}

/// The place in a slot that nothing was put into.
#[inline]
fn fresh(slot: &mut Option<Value>) -> Result<&mut Value, Fault> {
    if slot.is_some() { Err(Fault::Twice) } else { Ok(slot.insert(Value::Nil)) }
}

/// Members up to which comparing each with each is the quickest.
const FEW: usize = 16;

/// Whether a name stands twice.
#[inline]
pub(crate) fn stands_twice(members: &[(Name, Value)]) -> bool {
    if members.len() <= FEW {
        return (1..members.len()).any(|at| {
            let (name, _) = &members[at];
            members[..at].iter().any(|(other, _)| other == name)
        });
    }
    let mut names: Vec<&Name> = members.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}
