//! Puts the vectors of NPS to codec and negotiation, as far as they apply to NCP 0.4.
//!
//! All of them are younger than that version. A list beside them says which still hold.

use crate::vectors::digits;
use serde_json::{Value, json};
use std::path::Path;
use wireproof_machine::ncp::negotiation::{Offer, Refusal, Session, decide};
use wireproof_wire::ncp;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{ENC, EXT, Header};
use wireproof_wire::ncp::terms::{self, Terms};
use wireproof_wire::ncp::{anchor, code};

const LIST: &str = "APPLICABILITY.json";
/// Classes of the list that 0.4 can be held to.
const APPLY: [&str; 4] = ["yes", "yes-with-note", "yes-minus-field", "ambiguous"];

/// Checks `folder`; without it there is nothing to do.
pub fn folder(folder: &Path) -> Result<(), String> {
    let list = folder.join(LIST);
    if !list.exists() {
        println!("crosscheck ncp: no {LIST} there, nothing was checked");
        return Ok(());
    }
    let entries = read(&list)?;
    let entries = entries["vectors"].as_array().ok_or("the list has no vectors")?;
    let (mut agreed, mut skipped, mut problems) = (0, 0, Vec::new());
    for entry in entries {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        if !APPLY.contains(&text("applies_to_ncp_0_4")) {
            skipped += 1;
            continue;
        }
        match find(folder, text("file"), text("id")).and_then(|vector| check(&vector)) {
            Ok(()) => agreed += 1,
            Err(problem) => problems.push(format!("{}: {problem}", text("id"))),
        }
    }
    problems.iter().for_each(|problem| println!("{problem}"));
    println!("crosscheck ncp: {agreed} agree, {} disagree, {skipped} do not apply", problems.len());
    match (problems.len(), agreed) {
        (0, 0) => Err("no published vector applies".to_owned()),
        (0, _) => Ok(()),
        (count, _) => Err(format!("{count} published vectors disagree")),
    }
}

fn read(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn find(folder: &Path, file: &str, id: &str) -> Result<Value, String> {
    let name = Path::new(file).file_name().ok_or("no file is named")?;
    let vectors = read(&folder.join(name))?;
    let all = vectors["vectors"].as_array().ok_or("vectors is no array")?;
    let vector = all.iter().find(|vector| vector["id"] == id);
    vector.cloned().ok_or_else(|| format!("not in {file}"))
}

fn check(vector: &Value) -> Result<(), String> {
    let (input, expected) = (&vector["input"], &vector["expected"]);
    let family = vector["id"].as_str().and_then(|id| id.split('.').nth(1)).unwrap_or_default();
    match family {
        "anchor_id" => identifier(input, expected),
        "header" => header(input, expected),
        "hello_caps" => handshake(input, expected),
        _ => Err(format!("nothing here knows {family}")),
    }
}

/// The value must be the published one.
fn same(what: &str, ours: &Value, theirs: &Value) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}: ours {ours}, published {theirs}")) }
}

/// A refusal must have the published code, under the published status if there is one.
fn refused(code: &str, expected: &Value) -> Result<(), String> {
    same("error", &json!(code), &expected["error"])?;
    match &expected["status"] {
        Value::Null => Ok(()),
        status => same("status", &json!(code::status_of(code)), status),
    }
}

fn identifier(input: &Value, expected: &Value) -> Result<(), String> {
    let value = |value: &Value| -> Result<ncp::Value, String> {
        serde_json::from_value(value.clone()).map_err(|error| error.to_string())
    };
    if let Some(frame) = input.get("anchor_frame") {
        let id = frame["anchor_id"].as_str().ok_or("no identifier")?;
        let fault = anchor::verify(id, &value(&frame["schema"])?).err().ok_or("taken")?;
        return refused(fault.code, expected);
    }
    let schema = value(&input["schema"])?;
    let form = anchor::canonical(&schema).map_err(|fault| format!("{fault:?}"))?;
    let form = String::from_utf8(form).map_err(|error| error.to_string())?;
    same("canonical form", &json!(form), &expected["canonical_jcs"])?;
    let id = anchor::anchor_id(&schema).map_err(|fault| format!("{fault:?}"))?;
    same("anchor_id", &json!(id), &expected["anchor_id"])
}

/// Everything is agreed but encryption, so that only the header itself counts.
const TERMS: Terms = Terms { ext: true, ..Terms::HANDSHAKE };

fn header(input: &Value, expected: &Value) -> Result<(), String> {
    let given = match input["header_hex"].as_str() {
        Some(text) => {
            let bytes = digits(text)?;
            Header::read(&bytes).ok_or("half a header")?.0
        }
        None => from_parts(input)?,
    };
    if expected.get("error").is_some() {
        let fault = terms::check(&given, &TERMS).err().ok_or("taken")?;
        return refused(fault.code, expected);
    }
    if expected.get("header_hex").is_none() {
        return same("header", &parts(&given), expected);
    }
    let mut bytes = Vec::new();
    given.write(&mut bytes);
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let length = json!(bytes.len());
    same("header", &json!(text), &expected["header_hex"])?;
    same("length of the header", &length, &expected["header_len"])?;
    let (again, _) = Header::read(&bytes).ok_or("half a header")?;
    same("read again", &parts(&again), input)
}

fn from_parts(input: &Value) -> Result<Header, String> {
    let flags = &input["flags"];
    let on = |name: &str| flags[name].as_bool().ok_or_else(|| format!("no {name}"));
    let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let kind = number(&input["frame_type"]).and_then(|number| u8::try_from(number).ok());
    let kind = kind.and_then(FrameType::from_u8).ok_or("no frame type")?;
    let tier: Tier = serde_json::from_value(flags["tier"].clone()).map_err(|e| e.to_string())?;
    let len = number(&input["payload_len"]).ok_or("no length")?;
    let mut header = Header::new(kind, tier, on("final")?, on("ext")?, len);
    if on("enc")? {
        header.flags |= ENC;
    }
    Ok(header)
}

/// A header as the published vectors write it.
fn parts(header: &Header) -> Value {
    json!({
        "frame_type": header.frame,
        "flags": {
            "ext": header.flags & EXT != 0,
            "enc": header.is_sealed(),
            "final": header.is_final(),
            "tier": header.tier().map(Tier::name),
        },
        "payload_len": header.len,
    })
}

fn handshake(input: &Value, expected: &Value) -> Result<(), String> {
    let (client, server) = (offer(&input["client_hello"])?, offer(&input["server_caps"])?);
    match (decide(&client, &server), expected.get("caps_frame"), expected.get("error_frame")) {
        (Ok(session), Some(frame), _) => {
            let mut theirs = frame["data"][0].clone();
            // A member that came with 0.9.
            theirs.as_object_mut().ok_or("no record")?.remove("enabled_encodings");
            same("reply", &reply(&session, &server), &theirs)
        }
        (Err(refusal), _, Some(frame)) => refused(Refusal::code(refusal), frame),
        (decided, ..) => Err(format!("ours {decided:?}, published {expected}")),
    }
}

/// What one side brings along, with the defaults of HelloFrame.
fn offer(side: &Value) -> Result<Offer, String> {
    let text = |name: &str| side[name].as_str().map(str::to_owned);
    let names = |name: &str| -> Vec<String> {
        let items = side[name].as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let number = |name: &str, default: u32| {
        let found = side[name].as_u64().map(u32::try_from);
        found.unwrap_or(Ok(default)).map_err(|error| error.to_string())
    };
    Ok(Offer {
        version: text("nps_version").ok_or("no nps_version")?,
        min_version: text("min_version"),
        encodings: names("supported_encodings"),
        protocols: names("supported_protocols"),
        max_frame_payload: number("max_frame_payload", 65_535)?,
        ext: side["ext_support"].as_bool().unwrap_or(false),
        max_streams: number("max_concurrent_streams", 32)?,
        algorithms: names("e2e_enc_algorithms"),
    })
}

/// The record of the handshake reply.
fn reply(session: &Session, server: &Offer) -> Value {
    json!({
        "nps_version": server.version,
        "session_version": session.version,
        "max_frame_payload": session.max_frame_payload,
        "negotiated_encoding": session.encoding.name(),
        "supported_protocols": session.protocols,
        "ext_support": session.ext,
        "max_concurrent_streams": session.max_streams,
    })
}
