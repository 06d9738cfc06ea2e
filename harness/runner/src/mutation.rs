//! Every mutant against the suite: what kills it, and which rules have been seen to break.

mod audit;
mod exceptions;
mod kill;
mod matrix;
mod run;
#[cfg(test)]
mod tests;
mod trial;

pub use audit::{Audit, Complaint, Standing, Tally};
pub use exceptions::{Exceptions, ExceptionsError, Reason, load};
pub use kill::{Death, Kill, Killer};
pub use matrix::{markdown, write};
pub use run::{Pace, Settings, run};
