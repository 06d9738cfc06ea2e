//! `wireproof vectors`: a run over the vectors alone.

use super::code;
use super::run::{refuse, show};
use crate::args::Vectors;
use crate::progress::Bar;
use std::sync::atomic::AtomicBool;
use wireproof_driver::{Depth, Speaks};
use wireproof_oracle::Judged;
use wireproof_runner::campaign::{Options, judge};
use wireproof_runner::library::Library;

pub fn vectors<P: Speaks + Judged>(library: &Library<P>, args: &Vectors) -> u8 {
    let options = Options {
        driver: &args.target.driver,
        filter: &args.filter,
        depth: Some(Depth::Vectors),
        seeds: None,
        first_seed: 0,
        threads: 1,
        verify: false,
        details: true,
        interrupt: &AtomicBool::new(false),
        progress: &Bar::new(true),
    };
    match judge(library, &options) {
        Ok(report) => {
            show(&report, usize::MAX);
            code(&report)
        }
        Err(error) => refuse(&error),
    }
}
