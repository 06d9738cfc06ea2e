//! The command as people use it.

mod campaign;
mod command;
mod exit_codes;
mod golden;
mod interop;
mod leaks;
mod live;
mod mutants;
mod root;
mod world;
