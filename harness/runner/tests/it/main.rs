//! Files that people write, good and broken.

mod good;
mod toy;
