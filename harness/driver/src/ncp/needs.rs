//! What a case takes of a SUT beyond the commands it is given.

use crate::FrameSpec;
use serde_json::Value;
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::frame_type::FrameType;

/// What the other side has to have for a command to lead anywhere: nobody subscribes at a Node that
/// has no subscriptions.
pub fn of_peer(command: &Command) -> Option<&'static str> {
    match command {
        Command::Subscribe(_) => Some("command.change"),
        Command::Query(query) if query.stream == Some(true) => Some("command.open"),
        Command::Change(change) if change.format == "binary_bitset" => Some("binary_bitset"),
        _ => None,
    }
}

/// The capability without which a requirement is about somebody else, or about nothing. An adapter
/// that says hello for its SUT is not what NCP-HELLO and NCP-VER are about; that a hello comes
/// first, and in time, is (NCP-HELLO-001, -014 to -016).
pub fn of_requirement(requirement: &str) -> Option<&'static str> {
    match requirement.split_once('-')? {
        ("NCP", rest) => match rest.split_once('-')? {
            ("HELLO", "001" | "014" | "015" | "016") => None,
            ("HELLO" | "VER", _) => Some("hello.own"),
            ("ENC", "003" | "005" | "007" | "011" | "015" | "016" | "017") => Some("enc"),
            ("DIFF", "004" | "005" | "006" | "015" | "016") => Some("binary_bitset"),
            _ => None,
        },
        _ => None,
    }
}

/// What has to be there for a frame of the tester to be meant for the SUT: a hello that is more
/// than a greeting wants one that is the SUT's own; a sealed one somebody who opens it.
pub fn of_frame(spec: &FrameSpec) -> Option<&'static str> {
    let frame = spec.rest.get("frame").and_then(Value::as_str).unwrap_or_default();
    let greeting = spec.rest.keys().all(|key| key == "frame" || key == "tier");
    match FrameType::from_name(frame) {
        Some(FrameType::Hello) if !greeting => Some("hello.own"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::names;
    use super::{of_frame, of_peer, of_requirement};
    use crate::FrameSpec;
    use serde_json::json;
    use wireproof_wire::ncp::Command;

    #[test]
    fn areas_of_requirements_need_what_they_are_about() {
        for (requirement, needs) in [
            ("NCP-HELLO-001", None),
            ("NCP-HELLO-006", Some("hello.own")),
            ("NCP-VER-003", Some("hello.own")),
            ("NCP-ENC-009", None),
            ("NCP-ENC-011", Some("enc")),
            ("NCP-DIFF-005", Some("binary_bitset")),
            ("NCP-DIFF-008", None),
            ("NWP-FRM-004", None),
            ("X", None),
        ] {
            assert_eq!(of_requirement(requirement), needs, "{requirement}");
        }
    }

    #[test]
    fn a_plain_greeting_needs_nothing() {
        for (spec, needs) in [
            (json!({"frame": "HELLO"}), None),
            (json!({"frame": "HELLO", "tier": "msgpack"}), None),
            (json!({"frame": "HELLO", "set": {"nps_version": "9.9"}}), Some("hello.own")),
            (json!({"frame": "QUERY", "set": {"limit": 1}}), None),
            (json!({"raw": "00"}), None),
        ] {
            let text = spec.to_string();
            let spec = FrameSpec::try_from(spec).expect("a frame");
            assert_eq!(of_frame(&spec), needs, "{text}");
        }
    }

    #[test]
    fn what_is_needed_can_be_declared() {
        let commands = [
            json!({"subscribe": {}}),
            json!({"query": {"stream": true}}),
            json!({"change": {"format": "binary_bitset"}}),
        ];
        for command in commands {
            let command: Command = serde_json::from_value(command).expect("a command");
            let needs = of_peer(&command).expect("something");
            assert!(names::CAPABILITIES.contains(&needs), "{needs}");
        }
    }
}
