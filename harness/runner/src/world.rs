//! One execution: two nodes, a network between them, a judge that sees everything.
//!
//! The world owns all memory of a run and keeps it for the next one. Drivers are lent to it.

mod black_box;
mod broken;
mod commands;
mod deliver;
mod expect;
mod outcome;
mod reactions;
mod run;
mod state;
mod steps;
mod tester;
mod traffic;

pub use outcome::{Breach, Form, Outcome, rests, role_of};
pub use run::{Cast, Job, World};
