//! What one node knows: everything it said, and everything it has heard so far.
//!
//! A fact has the same effect on the model of either side, whoever wrote it; only what depends on
//! the side (who owes an answer, which flow record governs) looks at `Packet::mine`.

mod answer;
mod apply;
mod cache;
mod causes;
mod conn;
mod control;
mod data;
mod error;
mod flow;
mod grant;
mod heard;
mod node;
mod operation;
mod patch;
mod refusal;
mod routing;
mod session;
mod submit;
mod tags;

pub(super) use answer::Answer;
pub(super) use cache::{Lookup, Object, Owner, REJECTED, REPLACED, Store};
pub(super) use causes::Causes;
pub(super) use conn::{Astray, Conn, Owed, PendingOpen, Request};
pub(super) use control::outside;
pub(super) use flow::{Applied, Flow, Standing, UNLIMITED};
pub(super) use grant::Grant;
pub(super) use heard::Heard;
pub(super) use node::{Claim, Delivered, Node, Said, Token, Validity};
pub(super) use operation::{End, Late, Op, Stage};
pub(super) use patch::{FIELDS, PendingPatch, asked, effective};
pub(super) use session::{Close, Session, State};
pub(super) use tags::Tags;
