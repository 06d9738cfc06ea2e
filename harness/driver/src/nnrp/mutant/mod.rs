//! Mutants: the reference with one named defect each, to prove that a check can fail.
//!
//! The reference itself is free of test switches. Each defect sits in an interposer around it and
//! works on whole packets on their way in and out, on the setup, or on the timer.

mod codec;
mod defect;
mod edit;
mod interposer;
mod machine_client;
mod machine_results;
mod machine_server;
mod memory;
mod timing;

use crate::{Driver, DriverError, MutantInfo, StartError};
use defect::Defect;
use interposer::Mutant;
use std::sync::LazyLock;
use wireproof_wire::nnrp::Nnrp;

#[cfg(test)]
mod tests;

fn all() -> impl Iterator<Item = &'static Defect> {
    let levels = [
        codec::DEFECTS,
        machine_client::DEFECTS,
        machine_server::DEFECTS,
        machine_results::DEFECTS,
        timing::DEFECTS,
    ];
    levels.into_iter().flatten()
}

/// Every mutant.
pub fn list() -> &'static [MutantInfo] {
    static LIST: LazyLock<Vec<MutantInfo>> = LazyLock::new(|| all().map(|d| d.info).collect());
    &LIST
}

/// The mutant called `name`.
pub fn open(name: &str) -> Result<Box<dyn Driver<Nnrp>>, DriverError> {
    let defect = all().find(|defect| defect.info.name == name);
    let Some(defect) = defect else {
        let spec = format!("mutant:{name}");
        return Err(DriverError::Start { spec, reason: StartError::UnknownMutant });
    };
    Ok(Box::new(Mutant::new(defect)))
}
