//! Stories of an Agent and a Node.

mod fixture;

mod anchors;
mod basics;
mod frames;
mod handshake;
mod requests;
mod streams;
