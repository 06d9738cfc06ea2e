//! nps-core and nps-ncp behind the adapter protocol, at depths `vectors` and `machines`.
//!
//! Translates names and numbers and decides nothing: what the crates do not have is not declared,
//! or answered `unsupported` where it is part of something that is. What differs between their
//! releases is in `release`; `nps-ncp-later` has one of its own and shares the rest.

mod anchor_cache;
mod bench;
mod fault;
mod packet;
mod release;
mod structure;
mod sut;

#[cfg(test)]
mod tests;

use std::io;
use std::process::ExitCode;
use wireproof_driver::serve::{connect, serve};

fn main() -> ExitCode {
    let mut sut = sut::NpsNcp::default();
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
