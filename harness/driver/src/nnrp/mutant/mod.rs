//! The reference with one named defect.
use crate::{Driver, DriverError, MutantInfo, StartError};
use wireproof_wire::nnrp::Nnrp;
/// Every mutant.
pub const LIST: &[MutantInfo] = &[];
/// The mutant called `name`.
pub fn open(name: &str) -> Result<Box<dyn Driver<Nnrp>>, DriverError> {
    Err(DriverError::Start { spec: format!("mutant:{name}"), reason: StartError::UnknownMutant })
}
