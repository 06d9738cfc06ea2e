//! One frame under the hands of a defect.

use serde_json::{Value, json};
use wireproof_base::{ConnId, Duration, StreamId};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{ENC, EXT, Header, MAX_SHORT_PAYLOAD, T0, T1};
use wireproof_wire::ncp::seal::{self, Algorithm, Key, NONCE, OVERHEAD};
use wireproof_wire::ncp::{self, Event, tier};

/// Members of a frame, in the order in which they stand.
pub type Members = Vec<(ncp::Name, ncp::Value)>;

/// What a defect adds to a frame, in the order it is to go.
#[derive(Debug, Default)]
pub struct Added {
    /// Frames ahead of it.
    pub before: Vec<Vec<u8>>,
    /// Frames behind it.
    pub after: Vec<Vec<u8>>,
    /// Frames back to where it came from; only for a frame that arrived.
    pub replies: Vec<Vec<u8>>,
    /// Events to be told ahead of what the frame leads to.
    pub events: Vec<Event>,
}

/// A whole frame, and what becomes of it.
#[derive(Debug)]
pub struct Edit<'a> {
    /// The frame.
    pub bytes: &'a mut Vec<u8>,
    /// What goes with it.
    pub added: &'a mut Added,
    /// Whether it goes on at all.
    pub dropped: bool,
    /// Whether the connection ends behind it.
    pub hang_up: bool,
    /// How much later it goes on.
    pub late: Duration,
    /// The connection it goes or came on.
    pub conn: ConnId,
    /// The stream of the carrier.
    pub stream: StreamId,
    /// What opens and seals payloads.
    pub key: Option<&'a Key>,
}

/// The cipher and nonce of a payload that was opened.
pub type Sealed = Option<(Algorithm, [u8; NONCE])>;

/// How a defect seals.
#[derive(Clone, Debug)]
pub struct Cipher {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The key.
    pub key: Key,
    /// The nonce.
    pub nonce: [u8; NONCE],
    /// Whether the header is left out of what is authenticated.
    pub bare: bool,
}

impl Edit<'_> {
    /// Its header, right or wrong.
    pub fn header(&self) -> Header {
        Header::read(self.bytes).map_or_else(Header::default, |(header, _)| header)
    }

    /// Its type, if it is an assigned one.
    pub fn kind(&self) -> Option<FrameType> {
        self.header().kind()
    }

    /// Whether it is of `kind`.
    pub fn is(&self, kind: FrameType) -> bool {
        self.kind() == Some(kind)
    }

    /// Whether it is the CapsFrame of the handshake.
    pub fn is_reply(&self) -> bool {
        self.is(FrameType::Caps) && self.text("anchor_ref") == "nps:system:caps"
    }

    /// Its members, opened if it is sealed; `None` if nothing can read them.
    pub fn members(&self) -> Option<Members> {
        let (plain, _) = self.open()?;
        match tier::decode(self.header().tier()?, &plain).ok()? {
            ncp::Value::Map(members) => Some(members),
            _ => None,
        }
    }

    /// A member, or a place below one such as `details.stream_id` and `data.0.session_version`.
    /// `null` if it is absent.
    pub fn get(&self, path: &str) -> Value {
        let Some(members) = self.members() else { return Value::Null };
        let mut root = ncp::Value::Map(members);
        let found = find(&mut root, path).map(|value| json!(value));
        found.unwrap_or_default()
    }

    /// A member that is text; empty if it is absent.
    pub fn text(&self, path: &str) -> String {
        self.get(path).as_str().unwrap_or_default().to_owned()
    }

    /// A member that is a number; 0 if it is absent.
    pub fn uint(&self, path: &str) -> u64 {
        self.get(path).as_u64().unwrap_or_default()
    }

    /// A member that is a truth value; false if it is absent.
    pub fn flag(&self, path: &str) -> bool {
        self.get(path) == Value::Bool(true)
    }

    /// Whether there is such a member.
    pub fn has(&self, path: &str) -> bool {
        !self.get(path).is_null()
    }

    /// Sets a member, which is added where its map has none of that name.
    pub fn set(&mut self, path: &str, value: Value) {
        let Ok(value) = serde_json::from_value::<ncp::Value>(value) else { return };
        self.change(|members| {
            let mut root = ncp::Value::Map(core::mem::take(members));
            match find(&mut root, path) {
                Some(place) => *place = value,
                None => {
                    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
                    if let Some(ncp::Value::Map(map)) = find(&mut root, above) {
                        map.push((name.into(), value));
                    }
                }
            }
            if let ncp::Value::Map(map) = root {
                *members = map;
            }
        });
    }

    /// Takes a member away.
    pub fn remove(&mut self, path: &str) {
        self.change(|members| {
            let mut root = ncp::Value::Map(core::mem::take(members));
            let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
            if let Some(ncp::Value::Map(map)) = find(&mut root, above) {
                map.retain(|(known, _)| known != name);
            }
            if let ncp::Value::Map(map) = root {
                *members = map;
            }
        });
    }

    /// Lets `change` at the members and writes them in the encoding they had.
    pub fn change(&mut self, change: impl FnOnce(&mut Members)) {
        let Some(mut members) = self.members() else { return };
        change(&mut members);
        let Some(encoding) = self.header().tier() else { return };
        self.payload(|plain| {
            let mut out = Vec::new();
            if tier::encode(encoding, &ncp::Value::Map(members), &mut out).is_ok() {
                *plain = out;
            }
        });
    }

    /// Lets `change` at the payload as it is before it is sealed. The header follows.
    pub fn payload(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        let Some((mut plain, sealed)) = self.open() else { return };
        change(&mut plain);
        self.rewrite(self.header(), &plain, sealed);
    }

    /// Lets `change` at the header, whose length is what comes out.
    pub fn head(&mut self, change: impl FnOnce(&mut Header)) {
        let Some((plain, sealed)) = self.open() else { return };
        let mut header = self.header();
        change(&mut header);
        self.rewrite(header, &plain, sealed);
    }

    /// Puts the members into another encoding.
    pub fn recode(&mut self, encoding: Tier) {
        let (Some(mut members), Some((_, sealed))) = (self.members(), self.open()) else { return };
        let mut header = self.header();
        header.flags &= !(T0 | T1);
        let token = match encoding {
            Tier::Json => ncp::Value::Text(format!("0x{:02X}", header.frame)),
            Tier::Msgpack => ncp::Value::Uint(header.frame.into()),
        };
        if encoding == Tier::Msgpack {
            header.flags |= T0;
        }
        let own = members.iter_mut().filter(|(name, _)| name == "frame");
        own.for_each(|(_, value)| *value = token.clone());
        let mut plain = Vec::new();
        if tier::encode(encoding, &ncp::Value::Map(members), &mut plain).is_ok() {
            self.rewrite(header, &plain, sealed);
        }
    }

    /// Withholds it.
    pub const fn withhold(&mut self) {
        self.dropped = true;
    }

    /// Seals the payload, anew if it is sealed already.
    pub fn seal(&mut self, cipher: &Cipher) {
        let Some((plain, _)) = self.open() else { return };
        let mut header = self.header();
        header.flags |= ENC;
        header.len = (plain.len() + OVERHEAD) as u32;
        if header.len > MAX_SHORT_PAYLOAD {
            header.flags |= EXT;
        }
        self.bytes.clear();
        header.write(self.bytes);
        let head = if cipher.bare { Vec::new() } else { self.bytes.clone() };
        seal::seal(cipher.algorithm, &cipher.key, cipher.nonce, &head, &plain, self.bytes);
    }

    /// Payload before sealing, and how it was sealed; `None` for one that cannot be opened.
    pub fn open(&self) -> Option<(Vec<u8>, Sealed)> {
        let (header, len) = Header::read(self.bytes)?;
        let (head, payload) = self.bytes.split_at(len);
        if !header.is_sealed() {
            return Some((payload.to_vec(), None));
        }
        let nonce = *payload.first_chunk::<NONCE>()?;
        let key = self.key?;
        Algorithm::ALL.into_iter().find_map(|algorithm| {
            let plain = seal::open(algorithm, key, head, payload).ok()?;
            Some((plain, Some((algorithm, nonce))))
        })
    }

    fn rewrite(&mut self, mut header: Header, plain: &[u8], sealed: Sealed) {
        let sealed = sealed.filter(|_| header.is_sealed()).zip(self.key);
        let len = plain.len() + if sealed.is_some() { OVERHEAD } else { 0 };
        header.len = len as u32;
        if header.len > MAX_SHORT_PAYLOAD {
            header.flags |= EXT;
        }
        let mut head = Vec::new();
        header.write(&mut head);
        self.bytes.clone_from(&head);
        match sealed {
            Some(((algorithm, nonce), key)) => {
                seal::seal(algorithm, key, nonce, &head, plain, self.bytes);
            }
            None => self.bytes.extend_from_slice(plain),
        }
    }
}

/// The place that `path` names; the root if it is empty.
fn find<'a>(root: &'a mut ncp::Value, path: &str) -> Option<&'a mut ncp::Value> {
    let mut at = root;
    for name in path.split('.').filter(|name| !name.is_empty()) {
        at = match at {
            ncp::Value::Map(map) => &mut map.iter_mut().find(|(known, _)| known == name)?.1,
            ncp::Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(at)
}
