//! What a client offered, what a server made of it, and what is in force then (reference 8.4).

use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::header::MAX_SHORT_PAYLOAD;
use wireproof_wire::ncp::seal::Algorithm;
use wireproof_wire::ncp::version::{self, Version};

/// A set of encodings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ncp) struct Encodings(u8);

impl Encodings {
    const fn bit(tier: Tier) -> u8 {
        match tier {
            Tier::Json => 1,
            Tier::Msgpack => 2,
        }
    }

    /// The same with one more.
    pub const fn with(self, tier: Tier) -> Self {
        Self(self.0 | Self::bit(tier))
    }

    /// Whether it has `tier`.
    pub const fn has(self, tier: Tier) -> bool {
        self.0 & Self::bit(tier) != 0
    }

    /// What both have.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The members of a HelloFrame that the judge needs, defaults filled in (NCP §4.6).
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ncp) struct Offer {
    /// `nps_version`, if it is one.
    pub version: Option<Version>,
    /// `min_version`, if it is one; `nps_version` if there is none.
    pub minimum: Option<Version>,
    /// Whether `min_version` was sent.
    pub names_minimum: bool,
    /// Known names in `supported_encodings`.
    pub encodings: Encodings,
    /// The first of them.
    pub first: Option<Tier>,
    /// Known names in `supported_protocols`.
    pub protocols: Protocols,
    /// `max_frame_payload`.
    pub limit: u32,
    /// Whether it was sent.
    pub names_limit: bool,
    /// `ext_support`.
    pub ext: bool,
    /// Whether it was sent.
    pub names_ext: bool,
    /// `max_concurrent_streams`.
    pub streams: u32,
    /// Whether it was sent.
    pub names_streams: bool,
    /// Known names in `e2e_enc_algorithms`.
    pub algorithms: [bool; 2],
    /// Whether `e2e_enc_algorithms` holds any name.
    pub lists_algorithms: bool,
    /// Whether `agent_id` is no identity of an agent (`OP-42`).
    pub odd_agent: bool,
}

/// A set of protocols.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ncp) struct Protocols {
    bits: u8,
    /// Whether a name is none of the five.
    pub foreign: bool,
}

const PROTOCOLS: [&str; 5] = ["ncp", "nwp", "nip", "ndp", "nop"];

impl Protocols {
    /// The protocols of a list.
    pub fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        names.fold(Self::default(), |set, name| {
            match PROTOCOLS.iter().position(|known| *known == name) {
                Some(index) => Self { bits: set.bits | 1 << index, ..set },
                None => Self { foreign: true, ..set },
            }
        })
    }

    /// Whether it has `ncp`.
    pub const fn has_ncp(self) -> bool {
        self.bits & 1 != 0
    }

    /// Whether every known protocol of it is in `other`.
    pub const fn within(self, other: Self) -> bool {
        self.bits & !other.bits == 0
    }

    /// Whether both have one.
    pub const fn meets(self, other: Self) -> bool {
        self.bits & other.bits != 0
    }
}

/// Place of an algorithm in a set.
const fn place(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::Aes256Gcm => 0,
        Algorithm::ChaCha20Poly1305 => 1,
    }
}

fn texts<'v>(frame: &'v Value, name: &str) -> impl Iterator<Item = &'v str> {
    frame.get(name).and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_text)
}

fn number(frame: &Value, name: &str) -> Option<u32> {
    frame.get(name).and_then(Value::as_uint).and_then(|number| u32::try_from(number).ok())
}

fn tier(name: &str) -> Option<Tier> {
    [Tier::Json, Tier::Msgpack].into_iter().find(|tier| tier.name() == name)
}

impl Offer {
    /// Reads the members of a HelloFrame.
    pub fn read(hello: &Value) -> Self {
        let version = hello.get("nps_version").and_then(Value::as_text);
        let minimum = hello.get("min_version").and_then(Value::as_text);
        let mut encodings = Encodings::default();
        for name in texts(hello, "supported_encodings").filter_map(tier) {
            encodings = encodings.with(name);
        }
        let mut algorithms = [false; 2];
        for name in texts(hello, "e2e_enc_algorithms").filter_map(Algorithm::from_name) {
            algorithms[place(name)] = true;
        }
        let (limit, streams) =
            (number(hello, "max_frame_payload"), number(hello, "max_concurrent_streams"));
        let ext = hello.get("ext_support").and_then(Value::as_bool);
        let agent = hello.get("agent_id").and_then(Value::as_text);
        Self {
            odd_agent: agent.is_some_and(|agent| !agent.starts_with("urn:nps:agent:")),
            version: version.and_then(version::parse),
            minimum: minimum.or(version).and_then(version::parse),
            names_minimum: minimum.is_some(),
            encodings,
            first: texts(hello, "supported_encodings").find_map(tier),
            protocols: Protocols::of(texts(hello, "supported_protocols")),
            limit: limit.unwrap_or(MAX_SHORT_PAYLOAD),
            names_limit: limit.is_some(),
            ext: ext.unwrap_or(false),
            names_ext: ext.is_some(),
            streams: streams.unwrap_or(32),
            names_streams: streams.is_some(),
            algorithms,
            lists_algorithms: texts(hello, "e2e_enc_algorithms").next().is_some(),
        }
    }

    /// Whether its versions can be read and stand in order (`OP-08`).
    pub fn sound_versions(&self) -> bool {
        matches!((self.minimum, self.version), (Some(least), Some(most)) if least <= most)
    }
}

/// The record of a handshake CapsFrame (reference 4.4). What is missing is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ncp) struct Reply {
    /// `nps_version`.
    pub server: Option<Version>,
    /// `session_version`.
    pub version: Option<Version>,
    /// `max_frame_payload`.
    pub limit: Option<u32>,
    /// `negotiated_encoding`.
    pub encoding: Option<Tier>,
    /// `supported_protocols`.
    pub protocols: Option<Protocols>,
    /// `ext_support`.
    pub ext: Option<bool>,
    /// `max_concurrent_streams`.
    pub streams: Option<u32>,
    /// The first of `e2e_enc_algorithms` that the client named.
    pub algorithm: Option<Algorithm>,
    /// Whether it names an algorithm that the client did not.
    pub foreign_algorithm: bool,
    /// Known names in `e2e_enc_algorithms`.
    pub algorithms: [bool; 2],
    /// The first of the seven required members that is missing or of another type (`OP-06`).
    pub missing: Option<&'static str>,
}

impl Reply {
    /// Reads a record that answers `offer`.
    pub fn read(record: &Value, offer: &Offer) -> Self {
        let text = |name: &str| record.get(name).and_then(Value::as_text);
        let list = record.get("supported_protocols").and_then(Value::as_array);
        let mut reply = Self {
            server: text("nps_version").and_then(version::parse),
            version: text("session_version").and_then(version::parse),
            limit: number(record, "max_frame_payload"),
            encoding: text("negotiated_encoding").and_then(tier),
            protocols: list.map(|_| Protocols::of(texts(record, "supported_protocols"))),
            ext: record.get("ext_support").and_then(Value::as_bool),
            streams: number(record, "max_concurrent_streams"),
            ..Self::default()
        };
        for name in texts(record, "e2e_enc_algorithms") {
            let known = Algorithm::from_name(name);
            if let Some(algorithm) = known {
                reply.algorithms[place(algorithm)] = true;
            }
            let shared = known.filter(|algorithm| offer.algorithms[place(*algorithm)]);
            reply.algorithm = reply.algorithm.or(shared);
            reply.foreign_algorithm |= shared.is_none();
        }
        let members = [
            ("nps_version", reply.server.is_none()),
            ("session_version", reply.version.is_none()),
            ("max_frame_payload", reply.limit.is_none()),
            ("negotiated_encoding", reply.encoding.is_none()),
            ("supported_protocols", reply.protocols.is_none()),
            ("ext_support", reply.ext.is_none()),
            ("max_concurrent_streams", reply.streams.is_none()),
        ];
        reply.missing = members.into_iter().find(|member| member.1).map(|member| member.0);
        reply
    }

    /// Whether it names that algorithm.
    pub const fn lists(&self, algorithm: Algorithm) -> bool {
        self.algorithms[place(algorithm)]
    }

    /// Why a client cannot go on with it, whatever both have in common (K03).
    pub fn unacceptable(&self, offer: &Offer) -> Option<&'static str> {
        let inside = match (self.version, offer.minimum, offer.version) {
            (Some(version), Some(least), Some(most)) => least <= version && version <= most,
            (version, _, _) => version.is_some(),
        };
        if let Some(missing) = self.missing {
            Some(missing)
        } else if !inside {
            Some("session_version")
        } else if !self.encoding.is_some_and(|tier| offer.encodings.has(tier)) {
            Some("negotiated_encoding")
        } else if self.limit == Some(0) {
            Some("max_frame_payload")
        } else if self.streams == Some(0) {
            Some("max_concurrent_streams")
        } else {
            None
        }
    }
}

/// What is in force after the handshake: what both sides have (`OP-06`).
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Agreed {
    /// `session_version`.
    pub version: Option<Version>,
    /// The encoding to send in.
    pub encoding: Tier,
    /// Payload limit.
    pub limit: u32,
    /// Whether the extended header may be used.
    pub ext: bool,
    /// Streams at once.
    pub streams: u32,
    /// Algorithm in force.
    pub algorithm: Option<Algorithm>,
}

impl Agreed {
    /// What comes of an offer and its reply.
    pub fn new(offer: &Offer, reply: &Reply) -> Self {
        Self {
            version: reply.version,
            encoding: reply.encoding.unwrap_or_default(),
            limit: reply.limit.unwrap_or(MAX_SHORT_PAYLOAD).min(offer.limit),
            ext: reply.ext == Some(true) && offer.ext,
            streams: reply.streams.unwrap_or(u32::MAX).min(offer.streams),
            algorithm: reply.algorithm,
        }
    }

    /// The limit that can be used (`OP-13`).
    pub const fn usable_limit(&self) -> u32 {
        if self.ext || self.limit < MAX_SHORT_PAYLOAD { self.limit } else { MAX_SHORT_PAYLOAD }
    }
}
