//! What frames of the companion protocols add up to on one connection: numbers, identities,
//! delegations, budgets. Rules about a single frame are in `wire`.

pub mod budget;
pub mod chain;
pub mod numbers;
pub mod trust;

mod standing;

pub(crate) use standing::Standing;

#[cfg(test)]
mod tests;
