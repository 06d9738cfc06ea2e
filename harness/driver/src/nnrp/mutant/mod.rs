//! Mutants: the reference with one named defect each, to prove that a check can fail.
//!
//! The reference itself is free of test switches. Each defect sits in an interposer around it and
//! works on whole packets on their way in and out, on the setup, on the timer, or around the codec
//! and the machines where these are called directly.

mod codec;
mod codec_control;
mod codec_data;
mod codec_frame;
mod defect;
mod depths;
mod edit;
mod interposer;
mod list;
mod machine_cache;
mod machine_client;
mod machine_error;
mod machine_flow;
mod machine_hello;
mod machine_operation;
mod machine_outcome;
mod machine_policy;
mod machine_results;
mod machine_server;
mod machine_session;
mod machine_session_client;
mod machine_session_patch;
mod memory;
mod model_cache;
mod model_operation;
mod model_schema;
mod recovery;
mod recovery_client;
mod recovery_migration;
mod timing;
mod timing_operation;

pub use list::{list, open};

#[cfg(test)]
mod tests;
