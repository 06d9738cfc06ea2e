//! Stories of a client and a server that are joined by queues in memory.

mod fixture;

mod basics;
