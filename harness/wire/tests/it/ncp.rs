//! NCP: the same properties over its frames, in both encodings.

mod bytes;
mod draw;
mod frames;
mod records;
