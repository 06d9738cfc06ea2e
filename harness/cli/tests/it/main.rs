//! The command as people use it.

mod command;
mod exit_codes;
mod golden;
mod leaks;
mod live;
mod root;
mod world;
