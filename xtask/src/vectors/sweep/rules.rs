//! What every field of the tables admits, typed from the protocol text: one line for each field,
//! in table order. Whatever has a rule is swept; `any` says that no value is wrong by itself.
//!
//! A line is `field: rule; rule`. A rule is a kind with numbers, then requirements, a reading and
//! modifiers, all separated by blanks:
//!
//! - `zero`: every bit is reserved; `bits 7..31`: these bits are unassigned
//! - `above 3`, `but 3 255`, `from 1 to 9`: only values up to, up to and, between
//! - `is 0 5`, `flip 0..15`: these values are wrong here, or each of these bits turned over
//! - `off -1 1`: wrong by so much, for lengths and counts; `max` adds the highest number
//! - `on=base` another base, `in=body` where it shows, `as=kind` how it is refused, `also=kind`,
//!   `endpoint` where a codec alone may take it

mod control;
mod data;
mod structures;

pub use control::CONTROL;
pub use data::{BARE, DATA};
pub use structures::STRUCTURES;

/// Rules of one table, with the base that shows them.
pub struct Rules {
    /// Table.
    pub table: &'static str,
    /// Base of rules that name none.
    pub base: &'static str,
    /// Rules by field.
    pub lines: &'static str,
}

const fn rules(table: &'static str, base: &'static str, lines: &'static str) -> Rules {
    Rules { table, base, lines }
}
