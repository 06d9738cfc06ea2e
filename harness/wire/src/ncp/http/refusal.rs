//! The body of an error (reference 6.5).

use super::{Message, Start, content, header, status};
use crate::ncp::command::Tier;
use crate::ncp::frames::Error;
use crate::ncp::value::Value;
use crate::ncp::{code, tier};
use alloc::string::String;
use alloc::vec::Vec;

/// What an error response says.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Status, code, text and details, as ErrorFrame has them.
    pub error: Error,
    /// The request it answers.
    pub request_id: Option<String>,
}

/// What is wrong with an error response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Its type is not that of an error.
    Type,
    /// Its body is no JSON object.
    Body,
    /// A member is missing or has another type.
    Member(&'static str),
}

impl Refusal {
    /// The response, with the HTTP status of its NPS status (NCP-ERR-009).
    pub fn message(&self) -> Message {
        let Error { details, error, message, status: nps } = &self.error;
        let text = |text: &String| Value::from(text.as_str());
        let members = [
            ("status", Some(text(nps))),
            ("error", Some(text(error))),
            ("message", message.as_ref().map(text)),
            ("details", details.clone()),
            ("request_id", self.request_id.as_ref().map(text)),
        ];
        let members = members.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
        let mut body = Vec::new();
        // Details came out of a payload or are texts, and JSON has a form for either.
        let _ = tier::encode(Tier::Json, &Value::Map(members.collect()), &mut body);
        Message::response(status(nps)).with(header::CONTENT_TYPE, content::ERROR).carrying(body)
    }

    /// What `message` says, if it is an error response.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn read(message: &Message) -> Result<Self, Unreadable> {
        if message.content_type() != content::ERROR {
            return Err(Unreadable::Type);
        }
        let body = tier::decode(Tier::Json, &message.body).map_err(|_| Unreadable::Body)?;
        if body.as_map().is_none() {
            return Err(Unreadable::Body);
        }
        let optional = |name: &'static str| match body.get(name) {
            None | Some(Value::Nil) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Unreadable::Member(name)),
        };
        let required = |name| optional(name)?.ok_or(Unreadable::Member(name));
        let details = match body.get("details") {
            None | Some(Value::Nil) => None,
            Some(details @ Value::Map(_)) => Some(details.clone()),
            Some(_) => return Err(Unreadable::Member("details")),
        };
        let (status, error) = (required("status")?, required("error")?);
        let error = Error { details, error, message: optional("message")?, status };
        Ok(Self { error, request_id: optional("request_id")? })
    }

    /// Whether the status line of `message` is one that its NPS status maps to (NCP-CONN-005). A
    /// status nobody registered maps to none, so it is not decided here.
    pub fn fits(&self, message: &Message) -> bool {
        let Start::Response { status } = message.start else { return false };
        code::http_of(&self.error.status).is_none_or(|choices| choices.contains(&status))
    }
}
