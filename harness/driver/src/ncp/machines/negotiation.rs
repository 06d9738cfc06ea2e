//! What two sides agree on (reference 8.4). Values are called as in HelloFrame and in the reply.

use super::form::{Created, Fault, Machine, read};
use crate::Refused;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use wireproof_machine::ncp::negotiation::{self as machine, Excess, Offer, Session};
use wireproof_wire::ncp::command::Tier;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    /// A server decides.
    Decide { client: Hello, server: Hello },
    /// A client looks at the reply.
    Accept { client: Hello, reply: Reply },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Hello {
    nps_version: String,
    min_version: Option<String>,
    supported_encodings: Vec<String>,
    supported_protocols: Vec<String>,
    max_frame_payload: u32,
    ext_support: bool,
    max_concurrent_streams: u32,
    e2e_enc_algorithms: Vec<String>,
}

impl Default for Hello {
    fn default() -> Self {
        Self {
            nps_version: "0.4".to_owned(),
            min_version: None,
            supported_encodings: ["msgpack", "json"].map(str::to_owned).to_vec(),
            supported_protocols: ["ncp", "nwp"].map(str::to_owned).to_vec(),
            max_frame_payload: 65_535,
            ext_support: false,
            max_concurrent_streams: 32,
            e2e_enc_algorithms: Vec::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Reply {
    session_version: String,
    negotiated_encoding: Tier,
    max_frame_payload: u32,
    supported_protocols: Vec<String>,
    ext_support: bool,
    max_concurrent_streams: u32,
    e2e_enc_algorithms: Vec<String>,
}

impl Default for Reply {
    fn default() -> Self {
        let usual = Hello::default();
        Self {
            session_version: usual.nps_version,
            negotiated_encoding: Tier::Msgpack,
            max_frame_payload: usual.max_frame_payload,
            supported_protocols: usual.supported_protocols,
            ext_support: usual.ext_support,
            max_concurrent_streams: usual.max_concurrent_streams,
            e2e_enc_algorithms: usual.e2e_enc_algorithms,
        }
    }
}

impl From<Hello> for Offer {
    fn from(hello: Hello) -> Self {
        Self {
            version: hello.nps_version,
            min_version: hello.min_version,
            encodings: hello.supported_encodings,
            protocols: hello.supported_protocols,
            max_frame_payload: hello.max_frame_payload,
            ext: hello.ext_support,
            max_streams: hello.max_concurrent_streams,
            algorithms: hello.e2e_enc_algorithms,
        }
    }
}

impl From<Reply> for Session {
    fn from(reply: Reply) -> Self {
        Self {
            version: reply.session_version,
            encoding: reply.negotiated_encoding,
            max_frame_payload: reply.max_frame_payload,
            ext: reply.ext_support,
            max_streams: reply.max_concurrent_streams,
            protocols: reply.supported_protocols,
            algorithms: reply.e2e_enc_algorithms,
        }
    }
}

/// Nothing is kept: both sides are named in the event.
struct Negotiation;

pub fn create(config: Value) -> Created {
    read::<Map<String, Value>>(config)?;
    Ok(Box::new(Negotiation))
}

fn excess(excess: Excess) -> Fault {
    let kind = match excess {
        Excess::Version => "version",
        Excess::Encoding => "encoding",
        Excess::Protocol => "protocol",
        Excess::Limit => "limit",
        Excess::Ext => "ext",
        Excess::Algorithm => "algorithm",
    };
    Fault::Refused(Refused::new(kind, ""))
}

impl Machine for Negotiation {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        let session = match read(event)? {
            Event::Decide { client, server } => machine::decide(&client.into(), &server.into())
                .map_err(|refusal| Fault::Refused(Refused::new(refusal.code(), "")))?,
            Event::Accept { client, reply } => {
                let reply = reply.into();
                machine::within(&reply, &client.into()).map_err(excess)?;
                reply
            }
        };
        Ok(json!({
            "session_version": session.version,
            "negotiated_encoding": session.encoding,
            "max_frame_payload": session.max_frame_payload,
            "usable_payload": session.limit(),
            "ext_support": session.ext,
            "max_concurrent_streams": session.max_streams,
            "supported_protocols": session.protocols,
            "e2e_enc_algorithms": session.algorithms,
        }))
    }

    fn state(&self) -> Value {
        json!({})
    }
}
