//! Frames that scenarios write, against the example frames of the reference (section 13) and
//! against bytes worked out by hand.

mod broken;
mod examples;
mod frames;
mod seen;
