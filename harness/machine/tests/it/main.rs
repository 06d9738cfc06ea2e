//! Stories of a client and a server that are joined by queues in memory.

mod fixture;
mod ncp;

mod basics;
mod caching;
mod closing;
mod faults;
mod moving;
mod opening;
mod operations;
mod recovery;
mod steering;
mod tokens;
