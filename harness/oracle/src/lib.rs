//! The judge: models and invariants. A trace goes in, findings come out.
//!
//! Each protocol has one judge, which decodes what crossed the boundary of a node by itself and
//! keeps a model of its own. It shares frame types with the endpoints and never their decisions.
#![no_std]
extern crate alloc;

pub mod judged;
pub mod ncp;
pub mod nnrp;

pub use judged::{Invariant, Judged};
