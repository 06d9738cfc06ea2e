//! Files that people write, good and broken.

mod broken;
mod depths;
mod fake;
mod good;
mod schema;
mod sweeps;
mod toy;
