//! An in-process driver as a program:
//! `wireproof-adapter [DRIVER] [--protocol FOLDER] [--connect ADDRESS]`.
//!
//! Serves the adapter protocol on stdin and stdout, or on a connection to a harness that waits.
//! Shows how short an adapter in Rust is, and lets the reference be tried from any language.

use std::io::{Error, ErrorKind, Result, stdin, stdout};
use wireproof_driver::{Speaks, serve};
use wireproof_wire::ncp::Ncp;
use wireproof_wire::nnrp::Nnrp;

fn main() -> Result<()> {
    let mut spec = "reference".to_owned();
    let mut protocol = "nnrp".to_owned();
    let mut address = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--connect" => address = arguments.next(),
            "--protocol" => protocol = arguments.next().unwrap_or_default(),
            _ => spec = argument,
        }
    }
    match protocol.as_str() {
        "nnrp" => adapt::<Nnrp>(&spec, address),
        "ncp" => adapt::<Ncp>(&spec, address),
        _ => Err(Error::new(ErrorKind::InvalidInput, "the protocol is `nnrp` or `ncp`")),
    }
}

fn adapt<P: Speaks>(spec: &str, address: Option<String>) -> Result<()> {
    let mut driver = P::open(spec).map_err(|error| Error::new(ErrorKind::InvalidInput, error))?;
    match address {
        Some(address) => serve::connect(driver.as_mut(), &address),
        None => {
            let fresh = || P::open(spec);
            serve::serve_live(driver.as_mut(), &fresh, stdin().lock(), stdout().lock())
        }
    }
}
