//! nnrp-core behind the adapter protocol, at depths `vectors` and `machines`.
//!
//! Translates names and numbers and decides nothing: what nnrp-core does not have is not
//! declared, or answered `unsupported` where it is part of something that is.

mod body;
mod fault;
mod machines;
mod message;
mod record;
mod sut;
mod vectors;

#[cfg(test)]
mod tests;

use std::io;
use std::process::ExitCode;
use wireproof_driver::serve::{connect, serve};

fn main() -> ExitCode {
    let mut sut = sut::NnrpCore::default();
    // With an argument: the address of a harness that waits, else standard input and output.
    let served = match std::env::args().nth(1) {
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
