//! What one node knows: everything it said, and everything it has heard so far.
//!
//! A fact has the same effect on the model of either side, whoever wrote it; only what depends on
//! the side (who owes an answer, which flow record governs) looks at `Packet::mine`.

mod apply;
mod conn;
mod control;
mod data;
mod error;
mod flow;
mod node;
mod operation;
mod routing;
mod session;

pub(super) use conn::{Conn, Owed, PendingOpen, Request};
pub(super) use control::outside;
pub(super) use flow::{Applied, Flow, Standing, UNLIMITED};
pub(super) use node::{Claim, Delivered, Node, Said, Token, Validity};
pub(super) use operation::{End, Late, Op, Stage};
pub(super) use session::{Close, Session, State};
