//! Defects below the network: the codec and the machines of the reference behind one defect.

use super::defect::Defect;
use crate::bench::broken;
use crate::nnrp::{Codec, decode};
use crate::{DriverError, Refused, Vectors};
use serde_json::{Map, Value, json};
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::{Header, MessageType, Metadata, Nnrp};

pub use broken::Taken;

/// What a decoder makes of bytes.
pub type Decoded = Result<Value, Refused>;
/// What an encoder makes of fields.
pub type Encoded = Result<Vec<u8>, Refused>;
/// An event on its way to a machine.
pub type Applying<'a> = broken::Applying<'a, Nnrp>;
/// The machines with a defect.
pub type BrokenBench = broken::BrokenBench<Nnrp>;

/// Bytes to be decoded.
#[derive(Clone, Copy, Debug)]
pub struct Decoding<'a> {
    /// `packet`, `metadata` or `structure`.
    pub kind: &'a str,
    /// The message or the structure; empty for a packet.
    pub what: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl Decoding<'_> {
    /// What the reference makes of them.
    pub fn truth(&self) -> Decoded {
        self.instead(self.bytes)
    }

    /// What the reference makes of other bytes of that kind.
    pub fn instead(&self, bytes: &[u8]) -> Decoded {
        match Codec.decode(self.kind, self.what, bytes) {
            Ok(decoded) => decoded,
            Err(_) => Err(Refused::new("bad_fields", "there is no such structure")),
        }
    }

    /// The same without some checks: where the reference refuses and a check is the field or the
    /// requirement it names, what it has read so far is taken as it stands.
    pub fn without(&self, checks: &[&str]) -> Decoded {
        self.truth().or_else(|refused| {
            let mut words = refused.detail.split([' ', '(', ')', ',']);
            if words.any(|word| checks.contains(&word)) {
                return Ok(self.unchecked());
            }
            Err(refused)
        })
    }

    /// What the reference makes of the bytes after a change.
    pub fn mended(&self, change: fn(&mut Vec<u8>)) -> Decoded {
        let mut bytes = self.bytes.to_vec();
        change(&mut bytes);
        self.instead(&bytes)
    }

    /// The same with one field of the true result changed.
    pub fn with(&self, field: &str, change: fn(&mut Value)) -> Decoded {
        let mut decoded = self.truth()?;
        if let Some(value) = decoded.get_mut(field) {
            change(value);
        }
        Ok(decoded)
    }

    /// Whether it is a packet or the metadata of that type.
    pub fn is(&self, kind: MessageType) -> bool {
        match self.kind {
            "packet" => self.bytes.get(6) == Some(&(kind as u8)),
            "metadata" => self.what == kind.name(),
            _ => false,
        }
    }

    /// Whether it is that structure alone.
    pub fn is_structure(&self, what: &str) -> bool {
        (self.kind, self.what) == ("structure", what)
    }

    /// Header and metadata with nothing checked.
    fn unchecked(&self) -> Value {
        let mut out = Map::new();
        let (kind, at) = match self.kind {
            "packet" => {
                if let Some(header) = Header::read(self.bytes) {
                    crate::nnrp::json::put_layout(&mut out, "header.", &header);
                }
                (self.bytes.get(6).and_then(|&kind| MessageType::from_u8(kind)), HEADER_LEN)
            }
            "metadata" => (MessageType::from_name(self.what), 0),
            _ => (None, 0),
        };
        let meta = kind.and_then(|kind| Metadata::read(kind, self.bytes.get(at..)?));
        if let Some(meta) = meta {
            decode::put_metadata(&mut out, &meta);
        }
        Value::Object(out)
    }
}

/// Fields to be encoded.
#[derive(Clone, Copy, Debug)]
pub struct Encoding<'a> {
    /// `packet`, `metadata` or `structure`.
    pub kind: &'a str,
    /// The message or the structure; empty for a packet.
    pub what: &'a str,
    /// The fields.
    pub fields: &'a Value,
}

impl Encoding<'_> {
    /// What the reference makes of them.
    pub fn truth(&self) -> Encoded {
        self.instead(self.fields)
    }

    /// What the reference makes of other fields of that kind.
    pub fn instead(&self, fields: &Value) -> Encoded {
        match Codec.encode(self.kind, self.what, fields) {
            Ok(encoded) => encoded,
            Err(_) => Err(Refused::new("bad_fields", "there is no such structure")),
        }
    }

    /// The true bytes after a change.
    pub fn rewritten(&self, change: fn(&mut Vec<u8>)) -> Encoded {
        let mut bytes = self.truth()?;
        change(&mut bytes);
        Ok(bytes)
    }

    /// What the reference makes of the fields when the values of two are exchanged.
    pub fn swapped(&self, one: &str, other: &str) -> Encoded {
        self.changed(|fields| {
            let (first, second) = (fields.remove(one), fields.remove(other));
            fields.extend(second.map(|value| (one.to_owned(), value)));
            fields.extend(first.map(|value| (other.to_owned(), value)));
        })
    }

    /// What the reference makes of the fields after a change.
    pub fn changed(&self, change: impl FnOnce(&mut Map<String, Value>)) -> Encoded {
        let mut fields = self.fields.clone();
        if let Some(fields) = fields.as_object_mut() {
            change(fields);
        }
        self.instead(&fields)
    }

    /// Whether it is a packet or the metadata of that type.
    pub fn is(&self, kind: MessageType) -> bool {
        match self.kind {
            "packet" => self.fields.get("header.msg_type") == Some(&json!(kind as u8)),
            "metadata" => self.what == kind.name(),
            _ => false,
        }
    }

    /// Whether it is that structure alone.
    pub fn is_structure(&self, what: &str) -> bool {
        (self.kind, self.what) == ("structure", what)
    }
}

/// The codec with a defect.
pub struct BrokenCodec(pub &'static Defect);

impl Vectors for BrokenCodec {
    fn decode(&mut self, kind: &str, what: &str, bytes: &[u8]) -> Result<Decoded, DriverError> {
        match self.0.decode {
            Some(change) => Ok(change(&Decoding { kind, what, bytes })),
            None => Codec.decode(kind, what, bytes),
        }
    }

    fn encode(&mut self, kind: &str, what: &str, fields: &Value) -> Result<Encoded, DriverError> {
        match self.0.encode {
            Some(change) => Ok(change(&Encoding { kind, what, fields })),
            None => Codec.encode(kind, what, fields),
        }
    }
}

#[cfg(test)]
mod tests;
