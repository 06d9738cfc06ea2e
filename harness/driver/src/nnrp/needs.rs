//! What a case takes of a SUT beyond the commands it is given.

use crate::FrameSpec;
use serde_json::Value;
use wireproof_wire::nnrp::Command;
use wireproof_wire::nnrp::session::ALLOW_RESUME;

/// What the other side has to have for a command to lead anywhere: a peer that heard in the hello
/// that there is no cache puts nothing into it.
pub const fn of_peer(command: &Command) -> Option<&'static str> {
    match command {
        Command::Put(_) | Command::Invalidate(_) => Some("command.put"),
        Command::Resume(_) => Some("command.resume"),
        Command::Open(open) if open.flags & ALLOW_RESUME != 0 => Some("command.resume"),
        Command::Migrate(_) => Some("command.migrate"),
        Command::Submit(submit) if submit.lane != 0 => Some("submit.lane"),
        _ => None,
    }
}

/// The capability without which a requirement is about somebody else, or about nothing. An
/// adapter that says hello for its SUT is not what NNRP-NEG is about; what comes before the hello
/// is (NNRP-NEG-001, -002).
pub fn of_requirement(requirement: &str) -> Option<&'static str> {
    match requirement.strip_prefix("NNRP-")?.split_once('-')? {
        ("NEG", "001" | "002") => None,
        ("NEG", _) => Some("hello.own"),
        ("CACHE", _) => Some("command.put"),
        ("RES", _) => Some("command.resume"),
        ("MIG", _) => Some("command.migrate"),
        _ => None,
    }
}

/// What has to be there for a frame of the tester to be meant for the SUT: a hello that is more
/// than a greeting wants one that is the SUT's own, other lanes want lanes.
pub fn of_frame(spec: &FrameSpec) -> Option<&'static str> {
    let frame = spec.rest.get("frame").and_then(Value::as_str).unwrap_or_default();
    let field = |name: &str| spec.rest.get("set").and_then(|set| set.get(name));
    let other = |value: Option<&Value>, plain: u64| {
        value.is_some_and(|value| value.as_u64().is_some_and(|number| number != plain))
    };
    let plain = spec.rest.keys().all(|key| matches!(key.as_str(), "frame" | "trace" | "set"));
    let greeting = |fields: &[&str]| {
        let set = spec.rest.get("set").and_then(Value::as_object);
        plain && set.is_none_or(|set| set.keys().all(|key| fields.contains(&key.as_str())))
    };
    match frame {
        "CLIENT_HELLO" if !greeting(&[]) => Some("hello.own"),
        "SERVER_HELLO_ACK" if !greeting(&["max_body_bytes"]) => Some("hello.own"),
        "SESSION_PATCH" if other(field("active_lane_mask"), 1) => Some("submit.lane"),
        "FRAME_SUBMIT" | "FRAME_CANCEL" if other(spec.rest.get("lane"), 0) => Some("submit.lane"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{of_frame, of_requirement};
    use crate::FrameSpec;
    use serde_json::json;

    #[test]
    fn areas_of_requirements_need_what_they_are_about() {
        let needs = ["NNRP-NEG-001", "NNRP-NEG-007", "NNRP-RES-003", "NNRP-FLOW-020", "X-NEG-007"]
            .map(of_requirement);
        assert_eq!(needs, [None, Some("hello.own"), Some("command.resume"), None, None]);
    }

    #[test]
    fn plain_greetings_and_the_first_lane_need_nothing() {
        for (spec, needs) in [
            (json!({"frame": "CLIENT_HELLO"}), None),
            (json!({"frame": "CLIENT_HELLO", "trace": 7}), None),
            (json!({"frame": "CLIENT_HELLO", "set": {"min_version_major": 2}}), Some("hello.own")),
            (json!({"frame": "CLIENT_HELLO", "append": "00"}), Some("hello.own")),
            (json!({"frame": "SERVER_HELLO_ACK", "set": {"max_body_bytes": 64}}), None),
            (json!({"frame": "SERVER_HELLO_ACK", "set": {"auth_status": 1}}), Some("hello.own")),
            (json!({"frame": "FRAME_SUBMIT", "lane": 0, "set": {"frame_class": 9}}), None),
            (json!({"frame": "FRAME_SUBMIT", "lane": 3}), Some("submit.lane")),
            (json!({"frame": "SESSION_PATCH", "set": {"active_lane_mask": 1}}), None),
            (
                json!({"frame": "SESSION_PATCH", "set": {"active_lane_mask": 15}}),
                Some("submit.lane"),
            ),
            (json!({"raw": "00"}), None),
        ] {
            let text = spec.to_string();
            let spec = FrameSpec::try_from(spec).expect("a frame");
            assert_eq!(of_frame(&spec), needs, "{text}");
        }
    }
}
