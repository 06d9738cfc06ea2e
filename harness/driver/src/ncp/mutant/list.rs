//! Every mutant, by name.

use crate::{Driver, DriverError, MutantInfo, StartError};
use wireproof_wire::ncp::Ncp;

/// Every mutant.
pub const fn list() -> &'static [MutantInfo] {
    &[]
}

/// The mutant called `name`.
pub fn open(name: &str) -> Result<Box<dyn Driver<Ncp>>, DriverError> {
    let spec = format!("mutant:{name}");
    Err(DriverError::Start { spec, reason: StartError::UnknownMutant })
}
