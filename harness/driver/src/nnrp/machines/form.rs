//! How events and answers of machines are written.

use crate::Refused;
use serde_json::{Map, Value};
use wireproof_wire::nnrp::code;
use wireproof_wire::nnrp::layout::Layout;

pub use crate::bench::{Fault, Wide, read, refused};

/// A refusal with an error number.
pub fn code(number: u32, detail: impl Into<String>) -> Fault {
    let kind = code::name(number).map_or_else(|| format!("{number:#010x}"), str::to_owned);
    Fault::Refused(Refused::new(kind, detail))
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
