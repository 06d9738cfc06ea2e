//! Stories of an Agent and a Node.

mod fixture;

mod anchors;
mod basics;
mod carriers;
mod chunks;
mod companions;
mod diffs;
mod frames;
mod handshake;
mod http;
mod matching;
mod offering;
mod requests;
mod sealing;
mod streams;
mod subscriptions;
