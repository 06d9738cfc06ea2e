//! Sweeps: for every frame in both tiers every truncation point, wrong length, trailing byte,
//! unassigned type, reserved tier, missing, doubled and mistyped member. The files hold what is
//! generated here, bit for bit; the codec that is judged by them shares no code with this.

mod check;
mod generate;
mod members;
mod model;
mod shape;
mod values;

pub use check::{compare, write};
