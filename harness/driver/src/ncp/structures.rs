//! Structures below a frame, and rules that can be asked alone: bytes in, fields out, and back
//! where there is a way back.

use super::defaults::{TEST_KEY, product};
use super::fields::{json, refused};
use super::seal as sealing;
use crate::{DriverError, Refused, hex};
use serde_json::{Map, Value, json};
use wireproof_wire::ncp;
use wireproof_wire::ncp::address::{Entity, Nid, NodeAddress, SubPath};
use wireproof_wire::ncp::anchor::{self, Field};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::patch::{self, PatchError};
use wireproof_wire::ncp::seal::{self, Algorithm, Key, NONCE};
use wireproof_wire::ncp::{bitset, budget, canonical, code, tier, version};

/// Every structure. What follows a `/` says which: `bitset_patch/9`, `sealed_payload/aes-256-gcm`.
pub const STRUCTURES: &[&str] = &[
    "anchor_id",
    "bitset_patch",
    "canonical_json",
    "json_patch",
    "nid",
    "node_address",
    "npt",
    "schema",
    "sealed_payload",
    "version",
];

type Answer = Result<Result<Map<String, Value>, Refused>, DriverError>;

/// The fields of a structure.
pub fn decode(what: &str, bytes: &[u8]) -> Answer {
    let (name, which) = split(what);
    Ok(match name {
        "canonical_json" => json_text(bytes).and_then(|value| {
            let form = canonical::canonical_as_doubles(&value).map_err(|_| bad_frame("no form"))?;
            Ok(one("canonical", text(&form)?.into()))
        }),
        "anchor_id" => json_text(bytes).and_then(|schema| {
            anchor::check_schema(&schema).map_err(|violation| refused(&violation))?;
            let id = anchor::anchor_id(&schema).map_err(|_| {
                Refused::new(code::NCP_ANCHOR_SCHEMA_INVALID, "the schema has no canonical form")
            })?;
            Ok(one("anchor_id", id.into()))
        }),
        "schema" => json_text(bytes).and_then(|schema| {
            let schema = anchor::check_schema(&schema).map_err(|violation| refused(&violation))?;
            Ok(one("fields", schema.fields.iter().map(descriptor).collect()))
        }),
        "bitset_patch" => bitset_of(which)?.and_then(|names| read_bitset(&names, bytes)),
        "json_patch" => json_text(bytes).and_then(|value| apply_patch(&value)),
        "sealed_payload" => algorithm(which, what)?.and_then(|algorithm| open(algorithm, bytes)),
        "node_address" => text(bytes).and_then(address),
        "nid" => text(bytes).and_then(nid),
        "npt" => text(bytes).map(|text| one("npt", budget::npt(text.len()).into())),
        "version" => text(bytes).and_then(|text| {
            let version = version::parse(text)
                .ok_or_else(|| Refused::new(code::NCP_VERSION_INCOMPATIBLE, "no version"))?;
            let mut fields = one("major", version.major.into());
            fields.insert("minor".to_owned(), version.minor.into());
            Ok(fields)
        }),
        _ => return Err(unknown(what)),
    })
}

/// The bytes of a structure. What only is read, a digest for example, has none.
pub fn encode(
    what: &str,
    fields: &Map<String, Value>,
) -> Result<Result<Vec<u8>, Refused>, DriverError> {
    let (name, which) = split(what);
    Ok(match name {
        "bitset_patch" => bitset_of(which)?.and_then(|names| write_bitset(&names, fields)),
        "sealed_payload" => algorithm(which, what)?.and_then(|algorithm| seal(algorithm, fields)),
        "node_address" => write_address(fields),
        "nid" => write_nid(fields),
        "version" => {
            let part = |name: &str| number(fields, name);
            part("major").and_then(|major| Ok(format!("{major}.{}", part("minor")?).into_bytes()))
        }
        _ => return Err(unknown(what)),
    })
}

fn split(what: &str) -> (&str, &str) {
    what.split_once('/').unwrap_or((what, ""))
}

fn unknown(what: &str) -> DriverError {
    DriverError::Unsupported { op: format!("structure {what}"), declared: false }
}

fn one(name: &str, value: Value) -> Map<String, Value> {
    [(name.to_owned(), value)].into_iter().collect()
}

fn bad_frame(detail: &str) -> Refused {
    Refused::new(code::NPS_CLIENT_BAD_FRAME, detail)
}

fn bad_fields(key: &str) -> Refused {
    Refused::new("bad_fields", format!("`{key}`"))
}

fn text(bytes: &[u8]) -> Result<&str, Refused> {
    std::str::from_utf8(bytes).map_err(|_| bad_frame("no text"))
}

fn json_text(bytes: &[u8]) -> Result<ncp::Value, Refused> {
    tier::decode_any(Tier::Json, bytes).map_err(|violation| refused(&violation))
}

fn number(fields: &Map<String, Value>, name: &str) -> Result<u64, Refused> {
    fields.get(name).and_then(Value::as_u64).ok_or_else(|| bad_fields(name))
}

fn string<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refused> {
    fields.get(name).and_then(Value::as_str).ok_or_else(|| bad_fields(name))
}

fn digits(fields: &Map<String, Value>, name: &str) -> Result<Vec<u8>, Refused> {
    hex::decode(string(fields, name)?).ok_or_else(|| bad_fields(name))
}

fn descriptor(field: &Field) -> Value {
    let mut out = json!({
        "name": field.name, "type": field.kind.name(), "nullable": field.nullable,
    });
    if let Some(semantic) = &field.semantic {
        out["semantic"] = semantic.as_str().into();
    }
    out
}

/// Names of the fields: those of the product schema, or `f0`, `f1`, … of one with that many.
fn bitset_of(which: &str) -> Result<Result<Vec<String>, Refused>, DriverError> {
    if which.is_empty() {
        let product = product();
        let fields = product["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names = fields.iter().filter_map(|field| field["name"].as_str());
        return Ok(Ok(names.map(str::to_owned).collect()));
    }
    let count: u16 = which.parse().map_err(|_| unknown(&format!("bitset_patch/{which}")))?;
    Ok(Ok((0..count).map(|index| format!("f{index}")).collect()))
}

fn read_bitset(names: &[String], bytes: &[u8]) -> Result<Map<String, Value>, Refused> {
    let changes =
        bitset::read(names.len(), bytes).map_err(|fault| bad_frame(&fault.to_string()))?;
    let changes = changes.iter().map(|(place, value)| (names[*place].clone(), json(value)));
    Ok(one("changes", Value::Object(changes.collect())))
}

fn write_bitset(names: &[String], fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let given = fields.get("changes").and_then(Value::as_object);
    let given = given.ok_or_else(|| bad_fields("changes"))?;
    let mut changes = Vec::new();
    for (place, name) in names.iter().enumerate() {
        if let Some(value) = given.get(name) {
            let value = serde_json::from_value(value.clone()).map_err(|_| bad_fields(name))?;
            changes.push((place, value));
        }
    }
    if changes.len() != given.len() {
        return Err(bad_fields("changes"));
    }
    bitset::write(names.len(), &changes).map_err(|_| bad_fields("changes"))
}

/// `{record, patch}` to the record afterwards.
fn apply_patch(value: &ncp::Value) -> Result<Map<String, Value>, Refused> {
    let record = value.get("record").ok_or_else(|| bad_frame("no record"))?;
    let operations = value.get("patch").and_then(ncp::Value::as_array);
    let operations = operations.ok_or_else(|| bad_frame("no operations"))?;
    match patch::apply(record, operations) {
        Ok(record) => Ok(one("record", json(&record))),
        Err(fault @ PatchError::Malformed { .. }) => Err(bad_frame(&fault.to_string())),
        Err(fault) => Err(Refused::new(code::NPS_CLIENT_UNPROCESSABLE, fault.to_string())),
    }
}

fn algorithm(which: &str, what: &str) -> Result<Result<Algorithm, Refused>, DriverError> {
    let name = if which.is_empty() { Algorithm::Aes256Gcm.name() } else { which };
    Algorithm::from_name(name).map(Ok).ok_or_else(|| unknown(what))
}

/// A whole frame under the secret of the tests.
fn open(algorithm: Algorithm, frame: &[u8]) -> Result<Map<String, Value>, Refused> {
    let failed = |detail: &str| Refused::new(code::NCP_ENC_AUTH_FAILED, detail);
    let (_, len) = Header::read(frame).ok_or_else(|| bad_frame("no whole header"))?;
    let (header, payload) = frame.split_at(len);
    let key = Key::from_hex(TEST_KEY).ok_or_else(|| failed("no key"))?;
    let plain =
        seal::open(algorithm, &key, header, payload).map_err(|_| failed("the tag does not fit"))?;
    let mut fields = one("header", hex::encode(header).into());
    fields.insert("nonce".to_owned(), hex::encode(&payload[..NONCE]).into());
    fields.insert("plaintext".to_owned(), hex::encode(&plain).into());
    Ok(fields)
}

fn seal(algorithm: Algorithm, fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let nonce = digits(fields, "nonce")?.try_into().map_err(|_| bad_fields("nonce"))?;
    let header = digits(fields, "header")?;
    let key = Key::from_hex(TEST_KEY).ok_or_else(|| bad_fields("key"))?;
    let plain = digits(fields, "plaintext")?;
    let mut out = Vec::with_capacity(header.len() + plain.len() + sealing::OVERHEAD);
    out.extend_from_slice(&header);
    seal::seal(algorithm, &key, nonce, &header, &plain, &mut out);
    Ok(out)
}

fn malformed(detail: String) -> Refused {
    Refused::new(code::NPS_CLIENT_BAD_PARAM, detail)
}

fn address(text: &str) -> Result<Map<String, Value>, Refused> {
    let address = NodeAddress::parse(text).map_err(|part| malformed(part.to_string()))?;
    let mut fields = one("host", address.host.into());
    fields.insert("port".to_owned(), address.port.into());
    fields.insert("path".to_owned(), address.path.join("/").into());
    if let Some(sub_path) = address.sub_path {
        fields.insert("sub_path".to_owned(), sub_path.name().into());
    }
    Ok(fields)
}

fn write_address(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let sub_path = match fields.get("sub_path") {
        None => None,
        Some(_) => {
            let name = string(fields, "sub_path")?;
            Some(SubPath::from_name(name).ok_or_else(|| bad_fields("sub_path"))?)
        }
    };
    let port = u16::try_from(number(fields, "port")?).map_err(|_| bad_fields("port"))?;
    let path = string(fields, "path")?.split('/').map(str::to_owned).collect();
    let host = string(fields, "host")?.to_owned();
    Ok(NodeAddress { host, port, path, sub_path }.to_string().into_bytes())
}

fn nid(text: &str) -> Result<Map<String, Value>, Refused> {
    let nid = Nid::parse(text).map_err(|part| malformed(part.to_string()))?;
    let mut fields = one("entity", nid.entity.name().into());
    fields.insert("issuer".to_owned(), nid.issuer.into());
    if let Some(identifier) = nid.identifier {
        fields.insert("identifier".to_owned(), identifier.into());
    }
    Ok(fields)
}

fn write_nid(fields: &Map<String, Value>) -> Result<Vec<u8>, Refused> {
    let name = string(fields, "entity")?;
    let entities = [Entity::Agent, Entity::Node, Entity::Org];
    let entity = entities.into_iter().find(|entity| entity.name() == name);
    let entity = entity.ok_or_else(|| bad_fields("entity"))?;
    let identifier = fields.get("identifier").map(|_| string(fields, "identifier"));
    let identifier = identifier.transpose()?.map(str::to_owned);
    let issuer = string(fields, "issuer")?.to_owned();
    Ok(Nid { entity, issuer, identifier }.to_string().into_bytes())
}
