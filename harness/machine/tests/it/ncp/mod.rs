//! Stories of an Agent and a Node.

mod fixture;

mod basics;
mod frames;
mod handshake;
mod streams;
