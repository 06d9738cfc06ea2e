//! The kernel as a whole: what every run must keep, whatever its faults.

mod determinism;
mod fidelity;
mod healing;
mod killing;
mod ordering;
mod steady;
mod traffic;
