//! Every mutant, by name.

use super::defect::Defect;
use super::interposer::Mutant;
use super::{codec, machine_client, machine_results, machine_server, timing};
use super::{codec_control, codec_data, codec_frame};
use super::{
    machine_cache, machine_error, machine_policy, recovery, recovery_client, recovery_migration,
};
use super::{machine_flow, machine_operation, machine_outcome, timing_operation};
use super::{machine_hello, machine_session, machine_session_client, machine_session_patch};
use super::{model_cache, model_operation, model_schema};
use crate::{Driver, DriverError, MutantInfo, StartError};
use std::sync::LazyLock;
use wireproof_wire::nnrp::Nnrp;

/// Every defect.
pub fn all() -> impl Iterator<Item = &'static Defect> {
    let levels = [
        codec::DEFECTS,
        codec_frame::DEFECTS,
        codec_control::DEFECTS,
        codec_data::DEFECTS,
        model_operation::DEFECTS,
        model_schema::DEFECTS,
        model_cache::DEFECTS,
        machine_client::DEFECTS,
        machine_server::DEFECTS,
        machine_results::DEFECTS,
        timing::DEFECTS,
        machine_flow::DEFECTS,
        machine_operation::DEFECTS,
        machine_outcome::DEFECTS,
        timing_operation::DEFECTS,
        machine_hello::DEFECTS,
        machine_session::DEFECTS,
        machine_session_client::DEFECTS,
        machine_session_patch::DEFECTS,
        machine_cache::DEFECTS,
        machine_error::DEFECTS,
        machine_policy::DEFECTS,
        recovery::DEFECTS,
        recovery_client::DEFECTS,
        recovery_migration::DEFECTS,
    ];
    levels.into_iter().flatten()
}

/// Every mutant.
pub fn list() -> &'static [MutantInfo] {
    static LIST: LazyLock<Vec<MutantInfo>> = LazyLock::new(|| all().map(Defect::listed).collect());
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
