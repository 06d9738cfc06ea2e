//! The table of targets.

use crate::{ncp_canonical, ncp_dialogue, ncp_diff, ncp_frame};
use crate::{nnrp_decode, nnrp_dialogue, nnrp_endpoint, nnrp_mutate, plan_network, plan_token};

/// Checks one input; panics where a promise is broken.
pub type Check = fn(&[u8]);

/// Every target by name, which is also the name of its folder in `corpus/`.
pub const ALL: &[(&str, Check)] = &[
    ("ncp_canonical", ncp_canonical::check),
    ("ncp_dialogue", ncp_dialogue::check),
    ("ncp_diff", ncp_diff::check),
    ("ncp_frame", ncp_frame::check),
    ("nnrp_decode", nnrp_decode::check),
    ("nnrp_dialogue", nnrp_dialogue::check),
    ("nnrp_endpoint", nnrp_endpoint::check),
    ("nnrp_mutate", nnrp_mutate::check),
    ("plan_network", plan_network::check),
    ("plan_token", plan_token::check),
];
