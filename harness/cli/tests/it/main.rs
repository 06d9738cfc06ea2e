//! The command as people use it.

mod command;
mod exit_codes;
mod golden;
mod leaks;
mod root;
mod world;
