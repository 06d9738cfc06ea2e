//! Addresses of nodes and identities (NPS-0 §5, NWP §3.1, NIP §3; reference 6.1, 6.2 and `OP-41`).

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::Ipv6Addr;

/// Port of the whole suite (`NPS-ADDR-002`).
pub const PORT: u16 = 17_433;
/// Default of `port` in a DNS TXT record, as printed (`OP-50`).
pub const TXT_PORT: u16 = 17_434;

/// What a node offers under its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubPath {
    /// One query.
    Query,
    /// A streaming query.
    Stream,
    /// An operation.
    Invoke,
    /// A subscription.
    Subscribe,
    /// The list of operations.
    Actions,
    /// The schema.
    Schema,
    /// The manifest.
    Nwm,
}

impl SubPath {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Query,
        Self::Stream,
        Self::Invoke,
        Self::Subscribe,
        Self::Actions,
        Self::Schema,
        Self::Nwm,
    ];

    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Stream => "stream",
            Self::Invoke => "invoke",
            Self::Subscribe => "subscribe",
            Self::Actions => "actions",
            Self::Schema => ".schema",
            Self::Nwm => ".nwm",
        }
    }

    /// The one called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sub_path| sub_path.name() == name)
    }
}

/// What is wrong with an address or an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It starts otherwise.
    Scheme,
    /// The host is none.
    Host,
    /// The port is no number from 1 to 65535.
    Port,
    /// There is no path, or a segment of it is none.
    Path,
    /// The type of the entity is none of the three.
    Entity,
    /// The issuer is no DNS name.
    Issuer,
    /// The identifier is missing or has other characters.
    Identifier,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "scheme",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::Entity => "entity type",
            Self::Issuer => "issuer domain",
            Self::Identifier => "identifier",
        })
    }
}

impl core::error::Error for Malformed {}

/// `nwp://host[:port]/path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeAddress {
    /// Host, as it was written.
    pub host: String,
    /// Port, [`PORT`] where none was written.
    pub port: u16,
    /// Segments of the node's path.
    pub path: Vec<String>,
    /// The last segment, if it is one of the seven names and not the only one.
    pub sub_path: Option<SubPath>,
}

impl NodeAddress {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// The first part that is malformed.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let rest = text.strip_prefix("nwp://").ok_or(Malformed::Scheme)?;
        let (authority, path) = rest.split_once('/').ok_or(Malformed::Path)?;
        let (host, port) = split_port(authority)?;
        let mut segments: Vec<&str> = path.split('/').collect();
        let last = segments.last().copied().and_then(SubPath::from_name);
        let sub_path = last.filter(|_| segments.len() > 1);
        if sub_path.is_some() {
            segments.pop();
        }
        if !segments.iter().all(|segment| is_segment(segment)) {
            return Err(Malformed::Path);
        }
        let path = segments.into_iter().map(ToOwned::to_owned).collect();
        Ok(Self { host: host.to_owned(), port, path, sub_path })
    }
}

impl fmt::Display for NodeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nwp://{}", self.host)?;
        if self.port != PORT {
            write!(f, ":{}", self.port)?;
        }
        self.path.iter().try_for_each(|segment| write!(f, "/{segment}"))?;
        self.sub_path.map_or(Ok(()), |sub_path| write!(f, "/{}", sub_path.name()))
    }
}

fn split_port(authority: &str) -> Result<(&str, u16), Malformed> {
    let end = if authority.starts_with('[') {
        authority.find(']').map(|at| at + 1).ok_or(Malformed::Host)?
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at(end);
    let port = match rest.strip_prefix(':') {
        None if rest.is_empty() => PORT,
        None => return Err(Malformed::Host),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port != 0).ok_or(Malformed::Port)?
        }
        Some(_) => return Err(Malformed::Port),
    };
    if is_host(host) { Ok((host, port)) } else { Err(Malformed::Host) }
}

/// A host of RFC 3986 §3.2.2: an IPv6 address in brackets, an IPv4 address or a registered name.
fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[') {
        return literal.strip_suffix(']').is_some_and(|text| text.parse::<Ipv6Addr>().is_ok());
    }
    let mut rest = host.bytes();
    while let Some(byte) = rest.next() {
        let fine = match byte {
            b'%' => {
                let mut digit = || rest.next().is_some_and(|digit| digit.is_ascii_hexdigit());
                digit() && digit()
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !fine {
            return false;
        }
    }
    !host.is_empty()
}

fn is_segment(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.bytes().all(fine)
}

/// What an identity stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// An Agent.
    Agent,
    /// A node.
    Node,
    /// An organisation.
    Org,
}

impl Entity {
    /// How it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Node => "node",
            Self::Org => "org",
        }
    }
}

/// `urn:nps:{entity}:{issuer}[:{identifier}]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nid {
    /// Agent, node or organisation.
    pub entity: Entity,
    /// DNS name of the issuer.
    pub issuer: String,
    /// Which one; only an organisation may do without (`OP-41`).
    pub identifier: Option<String>,
}

impl Nid {
    /// Reads an identity.
    ///
    /// # Errors
    ///
    /// The first part that is malformed.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let rest = text.strip_prefix("urn:nps:").ok_or(Malformed::Scheme)?;
        let mut parts = rest.split(':');
        let entity = match parts.next() {
            Some("agent") => Entity::Agent,
            Some("node") => Entity::Node,
            Some("org") => Entity::Org,
            _ => return Err(Malformed::Entity),
        };
        let issuer = parts.next().filter(|name| is_domain(name)).ok_or(Malformed::Issuer)?;
        let identifier = parts.next();
        let fine = match identifier {
            Some(text) => is_identifier(text) && parts.next().is_none(),
            None => entity == Entity::Org,
        };
        if !fine {
            return Err(Malformed::Identifier);
        }
        let identifier = identifier.map(ToOwned::to_owned);
        Ok(Self { entity, issuer: issuer.to_owned(), identifier })
    }
}

impl fmt::Display for Nid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "urn:nps:{}:{}", self.entity.name(), self.issuer)?;
        self.identifier.as_ref().map_or(Ok(()), |identifier| write!(f, ":{identifier}"))
    }
}

/// A DNS name of RFC 1123: labels of letters, digits and inner hyphens, 253 characters at most.
fn is_domain(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

fn is_identifier(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !text.is_empty() && text.bytes().all(fine)
}

#[cfg(test)]
mod tests;
