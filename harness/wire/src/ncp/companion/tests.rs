mod announcements;
mod delegations;
mod graphs;
mod identities;
mod requests;

use super::super::samples::{A1, json};
use super::*;
use alloc::format;
use alloc::string::String;

/// The frame breaks no rule.
#[track_caller]
fn fine(kind: FrameType, frame: &str) {
    assert_eq!(check(kind, &json(frame)), Ok(()), "{frame}");
}

/// The frame breaks a rule: code, requirement, member.
#[track_caller]
fn breaks(kind: FrameType, frame: &str, code: &str, requirement: &str, field: &str) {
    let violation = check(kind, &json(frame)).expect_err(frame);
    assert_eq!(
        (violation.code, violation.requirement, violation.field),
        (code, requirement, field),
        "{frame}"
    );
}

const BAD_FRAME: &str = "NPS-CLIENT-BAD-FRAME";

#[test]
fn frames_of_ncp_itself_have_no_rules_here() {
    for kind in FrameType::ALL {
        assert_eq!(check(*kind, &json("{}")).is_ok(), *kind != FrameType::Query, "{kind:?}");
    }
}
