//! ErrorFrame 0xFE (NCP §4.7, reference 4.7).

use super::macros::frame;
use crate::ncp::code;
use crate::ncp::table::{Kind, Member, OBJECT};
use crate::ncp::value::{Name, Value};
use alloc::string::String;
use alloc::vec;

const ASKS: &str = "NCP-ERR-001";

frame! {
    /// What went wrong, for every layer.
    Error {
        /// Context, such as `anchor_ref` or `stream_id`.
        details: Option<Value> = Member::new(OBJECT).bound("NCP-ERR-005");
        /// Protocol error code.
        error: String = Member::new(Kind::Text).required(ASKS);
        /// For people.
        message: Option<String> = Member::new(Kind::Text);
        /// NPS status.
        status: String = Member::new(Kind::Text).required(ASKS);
    }
}

impl Error {
    /// An error with the status of its code (NCP-ERR-004); a status stands for itself (`OP-05`).
    pub fn of(error: &str) -> Self {
        let status = code::status_of(error).unwrap_or(code::NPS_SERVER_INTERNAL);
        Self { status: status.into(), error: error.into(), ..Self::default() }
    }

    /// The same with a text among its details.
    pub fn about(mut self, name: &str, text: &str) -> Self {
        let entry = (Name::from(name), Value::from(text));
        match &mut self.details {
            Some(Value::Map(members)) => members.push(entry),
            details => *details = Some(Value::Map(vec![entry])),
        }
        self
    }

    /// A text among its details.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.as_ref()?.get(name)?.as_text()
    }
}
