//! Names: capabilities, what commands and setups take, fields of 64 bits, numbers behind words.

use wireproof_wire::ncp::command::{Command, Setup, Tier};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header;

/// Everything a SUT can declare.
pub const CAPABILITIES: &[&str] = &[
    "binary_bitset",
    "carrier.exchange",
    "carrier.multistream",
    "carrier.stream",
    "command.abort",
    "command.action",
    "command.answer",
    "command.cancel",
    "command.change",
    "command.chunk",
    "command.close",
    "command.companion",
    "command.fetched",
    "command.follow",
    "command.hello",
    "command.open",
    "command.publish",
    "command.push",
    "command.query",
    "command.refuse",
    "command.subscribe",
    "command.window",
    "command.withdraw",
    "enc",
    "ext",
    "hello.own",
    "machine.anchor_cache",
    "machine.connection",
    "machine.entities",
    "machine.negotiation",
    "machine.registry",
    "machine.stream_receiver",
    "machine.stream_sender",
    "machine.subscription",
    "setup.agent_id",
    "setup.announcers",
    "setup.development",
    "setup.event_buffer",
    "setup.max_anchors",
    "setup.peer_nid",
    "setup.strict_flags",
    "setup.trusted",
    "tier.json",
    "tier.msgpack",
    "vectors.body",
    "vectors.companions",
    "vectors.decode.packet",
    "vectors.decode.structure",
    "vectors.encode.packet",
    "vectors.encode.structure",
    "vectors.structures",
];

/// The capability that a command needs.
pub const fn needs(command: &Command) -> &'static str {
    match command {
        Command::Hello(_) => "command.hello",
        Command::Query(_) => "command.query",
        Command::Action(_) => "command.action",
        Command::Subscribe(_) => "command.subscribe",
        Command::Fetched(_) => "command.fetched",
        Command::Publish(_) => "command.publish",
        Command::Withdraw(_) => "command.withdraw",
        Command::Push(_) => "command.push",
        Command::Answer(_) => "command.answer",
        Command::Refuse(_) => "command.refuse",
        Command::Open(_) => "command.open",
        Command::Chunk(_) => "command.chunk",
        Command::Abort(_) => "command.abort",
        Command::Window(_) => "command.window",
        Command::Cancel(_) => "command.cancel",
        Command::Follow(_) => "command.follow",
        Command::Change(_) => "command.change",
        Command::Companion(_) => "command.companion",
        Command::Close(_) => "command.close",
    }
}

/// The capabilities that a setup needs: settings that change nothing where they are not known.
pub fn setup_needs(setup: &Setup) -> Vec<&'static str> {
    let usual = Setup::default();
    let only = |tier| setup.encodings.iter().all(|&known| known == tier);
    let needs = [
        (setup.ext, "ext"),
        (!setup.algorithms.is_empty(), "enc"),
        (setup.binary_bitset, "binary_bitset"),
        (only(Tier::Json), "tier.json"),
        (only(Tier::Msgpack) || setup.hello_tier == Tier::Msgpack, "tier.msgpack"),
        (!setup.agent_id.is_empty(), "setup.agent_id"),
        (!setup.development, "setup.development"),
        (setup.event_buffer != usual.event_buffer, "setup.event_buffer"),
        (setup.max_anchors != usual.max_anchors, "setup.max_anchors"),
        (!setup.peer_nid.is_empty(), "setup.peer_nid"),
        (setup.strict_flags, "setup.strict_flags"),
        (!setup.announcers.is_empty(), "setup.announcers"),
        (!setup.trusted.is_empty(), "setup.trusted"),
    ];
    needs.into_iter().filter_map(|(used, name)| used.then_some(name)).collect()
}

/// 64-bit fields of commands and events.
pub const WIDE: &[&str] = &[
    "subscribe.resume_from_seq",
    "follow.version",
    "change.base_seq",
    "answered.digest",
    "chunk.digest",
    "applied.version",
    "applied.digest",
    "heartbeat.seq",
];

/// The number behind a word. Only header fields have words for their numbers; members hold text.
pub fn number(name: &str) -> Option<u64> {
    if let Some(name) = name.strip_prefix("header.frame.") {
        return FrameType::from_name(name).map(|kind| u64::from(kind.to_u8()));
    }
    FLAGS.iter().find(|(known, _)| *known == name).map(|&(_, flag)| u64::from(flag))
}

const FLAGS: &[(&str, u8)] = &[
    ("header.flags.final", header::FINAL),
    ("header.flags.enc", header::ENC),
    ("header.flags.ext", header::EXT),
    ("header.flags.json", header::FINAL),
    ("header.flags.msgpack", header::FINAL | header::T0),
];

/// Whether a field of a frame may hold text: every member may, numbers of the header do not.
pub fn holds_text(field: &str) -> bool {
    !field.starts_with("header.")
}

#[cfg(test)]
mod tests {
    use super::{CAPABILITIES, holds_text, number, setup_needs};
    use wireproof_wire::ncp::command::{Setup, Tier};

    #[test]
    fn capabilities_are_sorted_and_stand_once() {
        assert!(CAPABILITIES.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_usual_setup_needs_nothing_and_every_other_what_it_takes() {
        assert!(setup_needs(&Setup::default()).is_empty());
        let setup = Setup {
            encodings: vec![Tier::Msgpack],
            ext: true,
            strict_flags: true,
            development: false,
            ..Setup::default()
        };
        let needs = ["ext", "tier.msgpack", "setup.development", "setup.strict_flags"];
        assert_eq!(setup_needs(&setup), needs);
    }

    #[test]
    fn words_stand_for_numbers_in_the_header_alone() {
        assert_eq!(number("header.frame.ERROR"), Some(0xFE));
        assert_eq!(number("header.flags.msgpack"), Some(5));
        assert_eq!(number("error.ERROR"), None);
        assert_eq!(number("ERROR"), None);
        assert!(holds_text("details.anchor_ref") && !holds_text("header.flags"));
    }
}
