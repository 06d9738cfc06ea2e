//! A later release of nps-core and nps-ncp behind the adapter protocol, by the same glue: all but
//! `release` is that of `nps-ncp`.

#[path = "../../nps-ncp/src/anchor_cache.rs"]
mod anchor_cache;
#[path = "../../nps-ncp/src/bench.rs"]
mod bench;
#[path = "../../nps-ncp/src/fault.rs"]
mod fault;
mod negotiation;
#[path = "../../nps-ncp/src/packet.rs"]
mod packet;
mod release;
#[path = "../../nps-ncp/src/structure.rs"]
mod structure;
#[path = "../../nps-ncp/src/sut.rs"]
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
