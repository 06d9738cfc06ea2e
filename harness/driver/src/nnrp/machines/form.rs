//! How events and answers of machines are written.

use crate::Refused;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use wireproof_wire::nnrp::code;
use wireproof_wire::nnrp::layout::Layout;

/// Why an event had no effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The machine refused it.
    Refused(Refused),
    /// It is no event of this machine.
    Event(String),
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Reads an event or a configuration.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|error| Fault::Event(error.to_string()))
}

/// A refusal with an error number.
pub fn code(number: u32, detail: impl Into<String>) -> Fault {
    let kind = code::name(number).map_or_else(|| format!("{number:#010x}"), str::to_owned);
    Fault::Refused(Refused::new(kind, detail))
}

/// A refusal that has no number on the wire.
pub fn refused(kind: &str) -> Fault {
    Fault::Refused(Refused::new(kind, ""))
}

/// 64 bits as a number or as a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wide(pub u64);

impl<'de> Deserialize<'de> for Wide {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        let number = crate::nnrp::json::as_u64(&value);
        number.map(Self).ok_or_else(|| D::Error::custom("a number or a decimal string"))
    }
}

/// Fields by their names in the layout tables; one that does not exist is an error.
pub fn layout<L: Layout>(fields: &Map<String, Value>) -> Result<L, Fault> {
    if let Some(name) = fields.keys().find(|name| L::FIELDS.iter().all(|f| f.name != **name)) {
        return Err(Fault::Event(format!("there is no field `{name}`")));
    }
    let mut layout = L::default();
    crate::nnrp::json::get_layout(fields, &mut layout)
        .map_err(|refused| Fault::Event(refused.detail))?;
    Ok(layout)
}
