//! The typed frames: one struct per frame of NCP, of NWP and of the system range. Public fields are
//! named as in the reference; `None` is an absent member, and what absence means is in the table.

mod item;
mod macros;
mod sink;

pub mod action;
pub mod anchor;
pub mod caps;
pub mod diff;
pub mod error;
pub mod hello;
pub mod query;
pub mod stream;
pub mod subscribe;

pub use action::Action;
pub use anchor::Anchor;
pub use caps::{Agreement, Caps};
pub use diff::Diff;
pub use error::Error;
pub use hello::Hello;
pub use query::Query;
pub use stream::Stream;
pub use subscribe::Subscribe;

pub(crate) use item::Typed;
pub(crate) use sink::{JsonWriter, PackWriter};
