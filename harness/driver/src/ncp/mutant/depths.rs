//! Defects below the network: the codec and the machines of the reference behind one defect.

use super::defect::Defect;
use crate::bench::broken;
use crate::ncp::Codec;
use crate::ncp::fields::{json, put_header};
use crate::{DriverError, Refused, Vectors};
use core::cell::RefCell;
use serde_json::{Map, Value, json};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::{Ncp, tier};

pub use broken::Taken;

/// What a decoder makes of bytes.
pub type Decoded = Result<Value, Refused>;
/// What an encoder makes of fields.
pub type Encoded = Result<Vec<u8>, Refused>;
/// An event on its way to a machine.
pub type Applying<'a> = broken::Applying<'a, Ncp>;
/// The machines with a defect.
pub type BrokenBench = broken::BrokenBench<Ncp>;

/// Bytes to be decoded.
#[derive(Clone, Copy, Debug)]
pub struct Decoding<'a> {
    /// `packet` or `structure`.
    pub kind: &'a str,
    /// The structure; empty for a packet.
    pub what: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
    /// What the reference could not do at all.
    pub failed: &'a RefCell<Option<DriverError>>,
}

impl Decoding<'_> {
    /// What the reference makes of them.
    pub fn truth(&self) -> Decoded {
        self.instead(self.bytes)
    }

    /// What the reference makes of other bytes of that kind.
    pub fn instead(&self, bytes: &[u8]) -> Decoded {
        Codec
            .decode(self.kind, self.what, bytes)
            .unwrap_or_else(|error| Err(fails(self.failed, error)))
    }

    /// The same without some checks: where the reference refuses and a check is the field or the
    /// requirement it names, what can be read is taken as it stands.
    pub fn without(&self, checks: &[&str]) -> Decoded {
        self.truth().or_else(|refused| {
            let named = refused.requirement.as_deref().is_some_and(|rule| checks.contains(&rule));
            let mut words = refused.detail.split([' ', '(', ')', ',', '`', ':']);
            match named || words.any(|word| checks.contains(&word)) {
                true => Ok(self.unchecked()),
                false => Err(refused),
            }
        })
    }

    /// What the reference makes of the bytes after a change.
    pub fn mended(&self, change: impl FnOnce(&mut Vec<u8>)) -> Decoded {
        let mut bytes = self.bytes.to_vec();
        change(&mut bytes);
        self.instead(&bytes)
    }

    /// The true result of the bytes; of the changed ones where the reference refuses them.
    pub fn or_mended(&self, change: impl FnOnce(&mut Vec<u8>)) -> Decoded {
        self.truth().or_else(|refused| self.mended(change).map_err(|_| refused))
    }

    /// The same with one field of the true result changed; members are found under `payload.`.
    pub fn with(&self, field: &str, change: impl FnOnce(&mut Value)) -> Decoded {
        let mut decoded = self.truth()?;
        let found = match field.strip_prefix("payload.") {
            Some(member) => decoded.get_mut("payload").and_then(|payload| payload.get_mut(member)),
            None => decoded.get_mut(field),
        };
        if let Some(value) = found {
            change(value);
        }
        Ok(decoded)
    }

    /// Whether it is a frame.
    pub fn is_packet(&self) -> bool {
        self.kind == "packet"
    }

    /// The header of a frame.
    pub fn header(&self) -> Option<Header> {
        Header::read(self.bytes).map(|(header, _)| header).filter(|_| self.is_packet())
    }

    /// Whether it is a frame of that type.
    pub fn is(&self, kind: FrameType) -> bool {
        self.is_packet() && self.bytes.first() == Some(&kind.to_u8())
    }

    /// Whether it is that structure, whatever stands behind the `/` of its name.
    pub fn is_structure(&self, what: &str) -> bool {
        self.kind == "structure" && self.what.split('/').next() == Some(what)
    }

    /// The text of a structure that is text.
    pub fn text(&self) -> &str {
        core::str::from_utf8(self.bytes).unwrap_or_default()
    }

    /// Header and members with nothing checked.
    pub fn unchecked(&self) -> Value {
        let mut out = Map::new();
        if let Some((header, len)) = Header::read(self.bytes) {
            put_header(&mut out, &header);
            let payload = self.bytes.get(len..).unwrap_or_default();
            let value = header.tier().and_then(|tier| tier::decode(tier, payload).ok());
            let mut payload = value.as_ref().map_or_else(|| json!({}), json);
            if let Some(payload) = payload.as_object_mut() {
                payload.remove("frame");
            }
            out.insert("payload".to_owned(), payload);
        }
        Value::Object(out)
    }
}

/// Fields to be encoded.
#[derive(Clone, Copy, Debug)]
pub struct Encoding<'a> {
    /// `packet` or `structure`.
    pub kind: &'a str,
    /// The structure; empty for a packet.
    pub what: &'a str,
    /// The fields.
    pub fields: &'a Value,
    /// What the reference could not do at all.
    pub failed: &'a RefCell<Option<DriverError>>,
}

impl Encoding<'_> {
    /// What the reference makes of them.
    pub fn truth(&self) -> Encoded {
        self.instead(self.fields)
    }

    /// What the reference makes of other fields of that kind.
    pub fn instead(&self, fields: &Value) -> Encoded {
        Codec
            .encode(self.kind, self.what, fields)
            .unwrap_or_else(|error| Err(fails(self.failed, error)))
    }

    /// The true bytes after a change.
    pub fn rewritten(&self, change: impl FnOnce(&mut Vec<u8>)) -> Encoded {
        let mut bytes = self.truth()?;
        change(&mut bytes);
        Ok(bytes)
    }

    /// Whether it is a frame.
    pub fn is_packet(&self) -> bool {
        self.kind == "packet"
    }

    /// Whether it is a frame of that type.
    pub fn is(&self, kind: FrameType) -> bool {
        self.is_packet() && self.fields.get("header.frame") == Some(&json!(kind.to_u8()))
    }

    /// Whether it is that structure, whatever stands behind the `/` of its name.
    pub fn is_structure(&self, what: &str) -> bool {
        self.kind == "structure" && self.what.split('/').next() == Some(what)
    }
}

/// Notes what the reference could not do at all; a defect makes nothing else of that.
fn fails(failed: &RefCell<Option<DriverError>>, error: DriverError) -> Refused {
    failed.borrow_mut().get_or_insert(error);
    Refused::new("failed", "the reference cannot do this")
}

/// The codec with a defect.
pub struct BrokenCodec(pub &'static Defect);

impl Vectors for BrokenCodec {
    fn decode(&mut self, kind: &str, what: &str, bytes: &[u8]) -> Result<Decoded, DriverError> {
        match self.0.decode {
            Some(change) => {
                let failed = RefCell::default();
                let decoded = change(&Decoding { kind, what, bytes, failed: &failed });
                failed.into_inner().map_or(Ok(decoded), Err)
            }
            None => Codec.decode(kind, what, bytes),
        }
    }

    fn encode(&mut self, kind: &str, what: &str, fields: &Value) -> Result<Encoded, DriverError> {
        match self.0.encode {
            Some(change) => {
                let failed = RefCell::default();
                let encoded = change(&Encoding { kind, what, fields, failed: &failed });
                failed.into_inner().map_or(Ok(encoded), Err)
            }
            None => Codec.encode(kind, what, fields),
        }
    }
}
