//! Files that people write, good and broken.

mod broken;
mod canonical;
mod depths;
mod fake;
mod good;
mod histories;
mod named_members;
mod schema;
mod sweeps;
mod toy;
