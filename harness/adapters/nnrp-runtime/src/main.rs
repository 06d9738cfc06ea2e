//! nnrp-runtime behind the adapter protocol.

fn main() {}
