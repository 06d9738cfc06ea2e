//! Every mutant, by name.

use super::defect::Defect;
use super::interposer::Mutant;
use super::{anchor, companion, diff, error, flow, header, sealed, session, stream, subscription};
use super::{anchor_model, answer, budget, http, identity, version};
use super::{codec_frame, codec_header, codec_structure, connection, lenient, slots};
use crate::{Driver, DriverError, MutantInfo, StartError};
use std::sync::LazyLock;
use wireproof_wire::ncp::Ncp;

/// Every defect.
pub fn all() -> impl Iterator<Item = &'static Defect> {
    let areas = [
        codec_header::DEFECTS,
        codec_frame::DEFECTS,
        codec_structure::DEFECTS,
        header::DEFECTS,
        connection::DEFECTS,
        session::DEFECTS,
        version::DEFECTS,
        answer::DEFECTS,
        http::DEFECTS,
        budget::DEFECTS,
        sealed::DEFECTS,
        error::DEFECTS,
        stream::DEFECTS,
        slots::DEFECTS,
        flow::DEFECTS,
        anchor::DEFECTS,
        anchor_model::DEFECTS,
        diff::DEFECTS,
        subscription::DEFECTS,
        companion::DEFECTS,
        identity::DEFECTS,
        lenient::DEFECTS,
    ];
    areas.into_iter().flatten()
}

/// Every mutant.
pub fn list() -> &'static [MutantInfo] {
    static LIST: LazyLock<Vec<MutantInfo>> = LazyLock::new(|| all().map(Defect::listed).collect());
    &LIST
}

/// The mutant called `name`.
pub fn open(name: &str) -> Result<Box<dyn Driver<Ncp>>, DriverError> {
    let defect = all().find(|defect| defect.info.name == name);
    let Some(defect) = defect else {
        let spec = format!("mutant:{name}");
        return Err(DriverError::Start { spec, reason: StartError::UnknownMutant });
    };
    Ok(Box::new(Mutant::new(defect)))
}
