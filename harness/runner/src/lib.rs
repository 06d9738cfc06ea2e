//! Puts scenario, vector, driver, network and judge together. Knows no protocol by name.

pub mod baseline;
pub mod campaign;
pub mod library;
pub mod machines;
pub mod mutation;
pub mod plan;
pub mod report;
pub mod requirements;
pub mod scenario;
pub mod vectors;
pub mod world;
