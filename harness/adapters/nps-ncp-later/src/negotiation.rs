//! `negotiate_handshake`: what a server decides. What a client thinks of the reply is part of its
//! socket code and cannot be asked alone.

use crate::bench::{Machine, event};
use crate::fault::Fault;
use nps_ncp::{HelloFrame, NcpHandshakeProfile, negotiate_handshake};
use serde_json::{Map, Value, json};

/// Nothing is kept: both sides are named in the event.
pub struct Negotiation;

impl Machine for Negotiation {
    fn apply(&mut self, value: &Value) -> Result<Value, Fault> {
        let (name, fields) = event(value)?;
        if name != "decide" {
            return Err(Fault::Unsupported(name.into()));
        }
        let (client, server) = (hello(fields, "client")?, hello(fields, "server")?);
        if server.e2e_enc_algorithms.is_some_and(|names| !names.is_empty()) {
            // Its profile of a server has none.
            return Err(Fault::Unsupported("algorithms of a server".into()));
        }
        let usual = NcpHandshakeProfile::default();
        let profile = NcpHandshakeProfile {
            min_version: server.min_version.unwrap_or(usual.min_version),
            nps_version: server.nps_version,
            supported_encodings: server.supported_encodings,
            supported_protocols: server.supported_protocols,
            max_frame_payload: server.max_frame_payload,
            ext_support: server.ext_support,
            max_concurrent_streams: server.max_concurrent_streams,
        };
        let found = negotiate_handshake(&profile, &client);
        if let Some(kind) = found.error {
            let detail = found.status.unwrap_or_default().into();
            return Err(Fault::Refused { kind, detail });
        }
        Ok(json!({
            "session_version": found.session_version,
            "negotiated_encoding": found.negotiated_encoding,
            "max_frame_payload": found.max_frame_payload,
            "ext_support": found.ext_support,
            "max_concurrent_streams": found.max_concurrent_streams,
            "supported_protocols": found.supported_protocols,
        }))
    }

    fn state(&self) -> Value {
        json!({})
    }
}

/// One side, with what the page gives it where it says nothing.
fn hello(fields: &Map<String, Value>, name: &str) -> Result<HelloFrame, Fault> {
    let usual = json!({
        "nps_version": "0.4",
        "supported_encodings": ["msgpack", "json"],
        "supported_protocols": ["ncp", "nwp"],
    });
    let mut members = usual.as_object().cloned().unwrap_or_default();
    let given = fields.get(name).and_then(Value::as_object);
    members.extend(given.ok_or_else(|| Fault::Request(format!("`{name}`")))?.clone());
    Ok(HelloFrame::from_dict(&members)?)
}
