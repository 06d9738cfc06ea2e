//! What two sides agree on, NCP §2.6 (reference 8.4).
//!
//! The server decides from the Hello and its own profile; the client checks that what came back
//! lies within its offer. Nothing here knows frames.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use wireproof_wire::ncp::command::{Setup, Tier};
use wireproof_wire::ncp::version::{Version, parse};

/// Payload limit before anything is agreed, and the largest one without the extended header
/// (NCP §3.3, `OP-13`).
pub const PLAIN_LIMIT: u32 = 65_535;

/// The protocol every connection has to share (`OP-11`).
const NCP: &str = "ncp";

/// What one side brings along: the members of a Hello with defaults filled in, or the profile of
/// a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// `nps_version`.
    pub version: String,
    /// `min_version`; absent means the same as `version`.
    pub min_version: Option<String>,
    /// `supported_encodings`, best first.
    pub encodings: Vec<String>,
    /// `supported_protocols`.
    pub protocols: Vec<String>,
    /// `max_frame_payload`.
    pub max_frame_payload: u32,
    /// `ext_support`.
    pub ext: bool,
    /// `max_concurrent_streams`.
    pub max_streams: u32,
    /// `e2e_enc_algorithms`, best first.
    pub algorithms: Vec<String>,
}

/// What was agreed: the members of the handshake reply that bind both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// `session_version`.
    pub version: String,
    /// `negotiated_encoding`.
    pub encoding: Tier,
    /// `max_frame_payload`.
    pub max_frame_payload: u32,
    /// `ext_support`.
    pub ext: bool,
    /// `max_concurrent_streams`.
    pub max_streams: u32,
    /// `supported_protocols`.
    pub protocols: Vec<String>,
    /// `e2e_enc_algorithms`; the first is used (`OP-37`).
    pub algorithms: Vec<String>,
}

/// Why a server refuses a Hello that is well formed. The first one that applies is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// S08: the client wants more than the server has, or a version is none (`OP-08`).
    Version,
    /// S09: no encoding is shared (`OP-10`).
    Encoding,
    /// S10: `ncp` is not shared (`OP-11`).
    Protocol,
    /// S10: a limit of zero (`OP-12`).
    Limit,
}

/// What in a reply lies outside the offer of the client (K03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Excess {
    /// `session_version` is none, below the minimum or above the maximum.
    Version,
    /// An encoding that was not offered.
    Encoding,
    /// A protocol that was not offered.
    Protocol,
    /// A limit above the own one, or zero.
    Limit,
    /// `ext_support` without having been offered.
    Ext,
    /// An algorithm that was not offered.
    Algorithm,
}

impl Offer {
    /// What an endpoint with that setup brings along.
    pub fn of(setup: &Setup) -> Self {
        Self {
            version: setup.nps_version.clone(),
            min_version: (!setup.min_version.is_empty()).then(|| setup.min_version.clone()),
            encodings: setup.encodings.iter().map(|tier| tier.name().to_string()).collect(),
            protocols: setup.protocols.clone(),
            max_frame_payload: setup.max_frame_payload,
            ext: setup.ext,
            max_streams: setup.max_streams,
            algorithms: setup.algorithms.clone(),
        }
    }

    /// Lowest and highest version, if both are versions and in order (`OP-08`).
    fn range(&self) -> Option<(Version, Version)> {
        let highest = parse(&self.version)?;
        let lowest = match &self.min_version {
            Some(text) => parse(text)?,
            None => highest,
        };
        (lowest <= highest).then_some((lowest, highest))
    }

    fn lists(&self, tier: Tier) -> bool {
        self.encodings.iter().any(|name| name == tier.name())
    }
}

impl Session {
    /// Largest payload either side may send (`OP-13`).
    pub const fn limit(&self) -> u32 {
        if self.ext || self.max_frame_payload < PLAIN_LIMIT {
            self.max_frame_payload
        } else {
            PLAIN_LIMIT
        }
    }
}

impl Refusal {
    /// The error code that answers it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Encoding => "NCP-ENCODING-UNSUPPORTED",
            Self::Version | Self::Protocol | Self::Limit => "NCP-VERSION-INCOMPATIBLE",
        }
    }
}

/// Server: what comes of an offer (S08 to S11).
///
/// # Errors
///
/// Why the offer is refused.
pub fn decide(client: &Offer, server: &Offer) -> Result<Session, Refusal> {
    let (lowest, highest) = client.range().ok_or(Refusal::Version)?;
    let own = parse(&server.version).ok_or(Refusal::Version)?;
    if lowest > own {
        return Err(Refusal::Version);
    }
    // Tier-2 wins whatever the order of the lists (OP-09).
    let encoding = [Tier::Msgpack, Tier::Json]
        .into_iter()
        .find(|tier| client.lists(*tier) && server.lists(*tier))
        .ok_or(Refusal::Encoding)?;
    let protocols = shared(&client.protocols, &server.protocols);
    if !protocols.iter().any(|name| name == NCP) {
        return Err(Refusal::Protocol);
    }
    let max_frame_payload = client.max_frame_payload.min(server.max_frame_payload);
    let max_streams = client.max_streams.min(server.max_streams);
    if max_frame_payload == 0 || max_streams == 0 {
        return Err(Refusal::Limit);
    }
    Ok(Session {
        version: highest.min(own).to_string(),
        encoding,
        max_frame_payload,
        ext: client.ext && server.ext,
        max_streams,
        protocols,
        algorithms: shared(&server.algorithms, &client.algorithms),
    })
}

/// Client: whether a reply lies within the offer (K02, K03).
///
/// # Errors
///
/// The first member that does not.
pub fn within(reply: &Session, offer: &Offer) -> Result<(), Excess> {
    let version = parse(&reply.version).ok_or(Excess::Version)?;
    let (lowest, highest) = offer.range().ok_or(Excess::Version)?;
    if version < lowest || version > highest {
        return Err(Excess::Version);
    }
    if !offer.lists(reply.encoding) {
        return Err(Excess::Encoding);
    }
    if !reply.protocols.iter().all(|name| offer.protocols.contains(name)) {
        return Err(Excess::Protocol);
    }
    let limits = [
        (reply.max_frame_payload, offer.max_frame_payload),
        (reply.max_streams, offer.max_streams),
    ];
    if limits.iter().any(|(given, own)| *given == 0 || given > own) {
        return Err(Excess::Limit);
    }
    if reply.ext && !offer.ext {
        return Err(Excess::Ext);
    }
    if !reply.algorithms.iter().all(|name| offer.algorithms.contains(name)) {
        return Err(Excess::Algorithm);
    }
    Ok(())
}

/// The names of `first` that `second` has too, once each.
fn shared(first: &[String], second: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in first.iter().filter(|name| second.contains(name)) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests;
