//! `wireproof serve`: an in-process driver for programs on the other side of a pipe.

use crate::args::Serve;
use crate::{exit, output};
use std::io::{BufReader, stdin, stdout};
use wireproof_driver::Speaks;
use wireproof_driver::serve::serve as offer;

pub fn serve<P: Speaks>(args: &Serve) -> u8 {
    let mut driver = match P::open(&args.target.driver) {
        Ok(driver) => driver,
        Err(error) => {
            output::complain(&format!("error: {error}"));
            return exit::DRIVER;
        }
    };
    match offer::<P>(&mut *driver, BufReader::new(stdin().lock()), stdout().lock()) {
        Ok(()) => exit::CONFORMANT,
        Err(error) => {
            output::complain(&format!("error: {error}"));
            exit::DRIVER
        }
    }
}
