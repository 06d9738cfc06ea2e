//! Messages of HTTP mode in `send` and `expect` steps.
//!
//! A `send` with the key `http` puts its frame into a message; the frame `HTTP` stands for a
//! message without one. What `expect` sees of a message are the fields of its first frame, and
//! beside them `http.method`, `http.target`, `http.status`, `http.frames`, header fields in lower
//! case as `http.header.content-type`, and a JSON body under `body`.

use super::fields;
use super::path::flatten;
use super::spec::{bad, blob, number, object, text};
use crate::{FrameError, Refused};
use serde_json::{Map, Value};
use wireproof_wire::ncp::header;
use wireproof_wire::ncp::http::{Message, Start, content, header as name};

/// Stands where the name of a frame does.
pub const NAME: &str = "HTTP";
/// Under which key a step says what is around a frame, and the fields of a message.
pub const KEY: &str = "http";

const KEYS: &[&str] = &["method", "target", "status", "headers", "json", "hex", "cut"];

/// Whether bytes are a message, or the start of one. More of them has to fit than a type of frame.
pub fn is_message(bytes: &[u8]) -> bool {
    [&b"POST "[..], b"GET ", b"HTTP/"].iter().any(|start| bytes.starts_with(start))
}

/// The message that carries `frame` as a step says: a response if there is a `status`.
pub fn wrap(spec: &Map<String, Value>, frame: Option<Vec<u8>>) -> Result<Vec<u8>, FrameError> {
    let empty = Map::new();
    let http = object(spec, KEY)?.unwrap_or(&empty);
    if let Some(key) = http.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(FrameError::UnknownKey { key: format!("{KEY}.{key}") });
    }
    let string = |key: &str, absent: &'static str| {
        http.get(key).map_or(Ok(absent), |value| text(value, key)).map(str::to_owned)
    };
    let framed = frame.is_some();
    let mut message = match http.get("status") {
        Some(status) => {
            let code = u16::try_from(number(http, "status", 200)?);
            Message::response(code.map_err(|_| bad("status", status))?)
        }
        None => Message::request(&string("method", "POST")?, &string("target", "/orders/query")?),
    };
    let kind = match message.start {
        Start::Request { .. } => content::FRAME,
        Start::Response { .. } if framed => content::CAPSULE,
        Start::Response { .. } => content::ERROR,
    };
    let json = http.get("json").map(|json| json.to_string().into_bytes());
    message.body = match frame.or(json) {
        Some(body) => body,
        None => blob(http, "hex")?,
    };
    let none = Map::new();
    let headers = object(http, "headers")?.unwrap_or(&none);
    let given = |known: &str| headers.keys().any(|key| key.eq_ignore_ascii_case(known));
    if !given(name::CONTENT_TYPE) && !message.body.is_empty() {
        message = message.with(name::CONTENT_TYPE, kind);
    }
    for (key, value) in headers {
        message = match value {
            Value::Null => message,
            Value::String(text) => message.with(key, text),
            other => message.with(key, &other.to_string()),
        };
    }
    let mut out = Vec::new();
    message.write(&mut out);
    let cut = number(http, "cut", 0)? as usize;
    out.truncate(out.len().saturating_sub(cut));
    Ok(out)
}

/// The fields of a message.
pub fn fields(bytes: &[u8]) -> Result<Value, Refused> {
    let message = read(bytes)?;
    let frames = frames(&message.body);
    let mut out = match frames.first().map(|frame| fields::fields(frame)) {
        Some(Ok(Value::Object(fields))) => fields,
        _ => Map::from_iter([("type".to_owned(), NAME.into())]),
    };
    match &message.start {
        Start::Request { method, target } => {
            out.insert("http.method".to_owned(), method.as_str().into());
            out.insert("http.target".to_owned(), target.as_str().into());
        }
        Start::Response { status } => {
            out.insert("http.status".to_owned(), (*status).into());
        }
    }
    out.insert("http.frames".to_owned(), frames.len().into());
    for (name, value) in &message.headers {
        out.insert(format!("http.header.{}", name.to_ascii_lowercase()), value.as_str().into());
    }
    if let Ok(body) = serde_json::from_slice::<Value>(&message.body)
        && body.is_object()
    {
        flatten(&mut out, "body", &body);
    }
    Ok(Value::Object(out))
}

/// A message in a few words: `POST /orders/query QUERY d31c3734`.
pub fn label(bytes: &[u8]) -> String {
    let Ok(message) = read(bytes) else { return format!("HTTP {} bytes, cut", bytes.len()) };
    let mut label = match &message.start {
        Start::Request { method, target } => format!("{method} {target}"),
        Start::Response { status } => format!("HTTP {status}"),
    };
    for frame in frames(&message.body) {
        label.push(' ');
        label.push_str(&fields::label(frame));
    }
    label
}

fn read(bytes: &[u8]) -> Result<Message, Refused> {
    Message::read(bytes).map_err(|fault| Refused::new("NPS-CLIENT-BAD-FRAME", fault.to_string()))
}

/// The frames of a body, if it holds whole ones and nothing else.
fn frames(body: &[u8]) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    let mut rest = body;
    while let header::Split::Frame { header_len, payload_len } = header::split(rest) {
        let (frame, after) = rest.split_at(header_len + payload_len);
        frames.push(frame);
        rest = after;
    }
    if rest.is_empty() { frames } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::{build, fields};
    use crate::FrameSpec;
    use serde_json::{Value, json};

    fn built(spec: Value) -> Vec<u8> {
        let spec = FrameSpec::try_from(spec).expect("a frame");
        build::build(&spec).expect("it can be built")
    }

    #[test]
    fn a_frame_travels_in_a_request_or_a_response() {
        let frame = built(json!({"frame": "ANCHOR"}));
        let request = built(json!({"frame": "ANCHOR", "http": {"headers": {"X-A": 1}}}));
        let head = b"POST /orders/query HTTP/1.1\r\nContent-Type: application/nwp-frame\r\n\
            X-A: 1\r\n";
        assert!(request.starts_with(head) && request.ends_with(&frame));
        let response = built(json!({"frame": "ANCHOR", "http": {"status": 200}}));
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/nwp-capsule\r\n";
        assert!(response.starts_with(head) && response.ends_with(&frame));
        assert_eq!(fields::split(&response), Some(response.len()));
        let seen = fields::fields(&response).expect("it can be read");
        assert_eq!(seen["type"], "ANCHOR");
        assert_eq!((&seen["http.status"], &seen["http.frames"]), (&json!(200), &json!(1)));
        assert_eq!(seen["http.header.content-type"], "application/nwp-capsule");
        assert!(fields::label(&response).starts_with("HTTP 200 ANCHOR"));
    }

    #[test]
    fn a_message_without_a_frame_has_a_name_too() {
        let body = json!({"status": "NPS-OK", "error": "X"});
        let http = json!({"status": 404, "json": body});
        let error = built(json!({"frame": "HTTP", "http": http}));
        let seen = fields::fields(&error).expect("it can be read");
        assert_eq!((&seen["type"], &seen["body.error"]), (&json!("HTTP"), &json!("X")));
        assert_eq!(seen["http.header.content-type"], "application/nwp-error+json");
        let get = json!({"method": "GET", "target": "/orders/.schema"});
        let get = built(json!({"frame": "HTTP", "http": get}));
        assert_eq!(get, b"GET /orders/.schema HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    }

    #[test]
    fn a_message_can_be_cut_and_be_without_its_type() {
        let whole = built(json!({"frame": "QUERY", "http": {}}));
        let cut = built(json!({"frame": "QUERY", "http": {"cut": 1}}));
        assert_eq!(cut, whole[..whole.len() - 1]);
        assert!(fields::fields(&cut).is_err());
        let http = json!({"headers": {"content-type": null}});
        let bare = built(json!({"frame": "QUERY", "http": http}));
        assert!(bare.starts_with(b"POST /orders/query HTTP/1.1\r\nContent-Length: "));
        let unknown = FrameSpec::try_from(json!({"frame": "QUERY", "http": {"x": 1}}));
        assert!(build::build(&unknown.expect("a frame")).is_err());
    }
}
