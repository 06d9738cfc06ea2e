//! Every mutant, by name.

use super::defect::Defect;
use super::interposer::Mutant;
use super::{codec, machine_client, machine_results, machine_server, timing};
use crate::{Driver, DriverError, MutantInfo, StartError};
use std::sync::LazyLock;
use wireproof_wire::nnrp::Nnrp;

/// Every defect.
pub fn all() -> impl Iterator<Item = &'static Defect> {
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
