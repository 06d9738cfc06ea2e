//! Change of the path under a connection.

use crate::Fault;

/// Gives the dialling side another address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebind;

impl Rebind {
    /// There is nothing to draw.
    pub fn draw(self) -> Fault {
        Fault::Rebind
    }
}
