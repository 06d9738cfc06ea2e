//! Sweeps: for every base vector every reserved bit, unassigned value, truncation point, wrong
//! length and trailing byte, generated from the field tables. The files hold what is generated
//! here, bit for bit; the codec that is judged by them shares no code with this.

mod blocks;
mod check;
mod fields;
mod generate;
mod model;
pub(super) mod numbers;
mod parse;
mod rules;
mod sizes;
#[cfg(test)]
mod tests;

pub use check::{compare, write};
