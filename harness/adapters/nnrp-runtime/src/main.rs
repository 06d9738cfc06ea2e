//! nnrp-runtime behind the adapter protocol, at depth `stepped`, as client and as server.
//!
//! The crate is driven through its injected transport and does what its own methods do. This
//! program calls them as its documentation and tests do, ends a connection on every error they
//! give (`?`), and reports what they return. It adds one thing: the crate has no hello, so the
//! hello exchange of a connection is played here before the crate gets it (`R-08`), with frames
//! of the harness. A connection that begins without a hello goes to the crate as it is. Called
//! with `resume` it also offers the crate's recovery.

mod body;
mod client;
mod flow;
mod greet;
mod guest;
mod line;
mod server;

use guest::Runtime;
use std::io;
use std::process::ExitCode;
use wireproof_driver::serve::{connect, serve};
use wireproof_host::Host;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let resume = arguments.next_if_eq("resume").is_some();
    let mut sut = Host::new(Runtime { resume }, |setup| setup.role);
    // With another argument: the address of a harness that waits, else standard input and output.
    let served = match arguments.next() {
        Some(address) => connect(&mut sut, &address),
        None => serve(&mut sut, io::stdin().lock(), io::stdout().lock()),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
