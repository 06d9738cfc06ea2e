//! Depth `live`: servers on loopback TCP, in wall-clock time, reached only through bytes.
//!
//! [`Live`] judges a server that listens already, [`Wire`] is its connections in the time of a
//! run, [`Server`] puts an in-process driver behind a listener. Real time is looked at here and
//! by the watchdog of `process`, nowhere else.

mod arrivals;
mod clock;
mod offered;
mod server;
mod sut;
mod wire;

pub use offered::Offered;
pub use server::Server;
pub use sut::{Live, SPECIFICATION};
pub use wire::Wire;
