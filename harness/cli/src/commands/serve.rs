//! `wireproof serve`: an in-process driver for programs on the other side of a pipe.

use crate::args::Serve;
use crate::{exit, output};
use std::io::{BufReader, stdin, stdout};
use wireproof_driver::live::Offered;
use wireproof_driver::serve::serve_live as offer;
use wireproof_driver::{Driver, Speaks};

pub fn serve<P: Speaks>(args: &Serve) -> u8 {
    let mut driver = match P::open(&args.target.driver) {
        Ok(driver) => driver,
        Err(error) => {
            output::complain(&format!("error: {error}"));
            return exit::DRIVER;
        }
    };
    let spec = args.target.driver.clone();
    let fresh = || P::open(&spec);
    if args.live {
        let offered: Box<dyn Driver<P>> = Box::new(Offered::new(driver.identity()));
        driver = offered;
    }
    match offer::<P>(&mut *driver, &fresh, BufReader::new(stdin().lock()), stdout().lock()) {
        Ok(()) => exit::CONFORMANT,
        Err(error) => {
            output::complain(&format!("error: {error}"));
            exit::DRIVER
        }
    }
}
