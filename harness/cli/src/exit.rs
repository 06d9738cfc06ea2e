//! Exit codes; part of the interface.

/// Everything that was judged conforms, warnings and divergences aside.
pub const CONFORMANT: u8 = 0;
/// At least one failure or error of the SUT.
pub const FAILURES: u8 = 1;
/// Wrong usage, or a broken scenario, vector, plan or baseline.
pub const USAGE: u8 = 2;
/// Inconclusive or incomplete.
pub const INCOMPLETE: u8 = 3;
/// Nothing was selected.
pub const NOTHING: u8 = 4;
/// A listed failure passes or fails differently.
pub const BASELINE: u8 = 5;
/// The driver failed to start or to negotiate.
pub const DRIVER: u8 = 6;
/// A bug of the harness: the reference broke a rule, or two equal runs differed.
pub const HARNESS: u8 = 70;
/// Interrupted; the report so far was written.
pub const INTERRUPTED: u8 = 130;

/// For `--help`.
pub const TABLE: &str = "\
Exit codes:
    0  conformant (warnings and divergences included)
    1  failures of the system under test
    2  wrong usage, or a broken scenario, vector, plan or baseline
    3  inconclusive or incomplete
    4  nothing selected
    5  baseline stale: a listed failure passes or fails differently
    6  the driver failed to start or to negotiate
   70  bug of the harness
  130  interrupted; the report so far was written";
