//! Defects of the codec below and beside frames: sealed payloads, addresses, budgets.

use super::defect::Defect;
use super::depths::Decoding;
use crate::ncp::defaults::TEST_KEY;
use crate::{Refused, hex};
use serde_json::json;
use wireproof_wire::ncp::code::{NPS_CLIENT_BAD_FRAME, NPS_CLIENT_BAD_PARAM};
use wireproof_wire::ncp::header::{FINAL, Header, RESERVED};
use wireproof_wire::ncp::seal::{self, Algorithm, Key, NONCE, OVERHEAD, TAG};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::codec(
        "tag_before_the_ciphertext",
        &["NCP-ENC-001"],
        "A sealed payload is nonce, tag and ciphertext.",
    )
    .decode(|seen| match sealed(seen) {
        Some(_) => seen.mended(|frame| tag(frame, |rest| rest.rotate_left(TAG))),
        None => seen.truth(),
    })
    .encode(|seen| match seen.is_structure("sealed_payload") {
        true => seen.rewritten(|frame| tag(frame, |rest| rest.rotate_right(TAG))),
        false => seen.truth(),
    }),
    Defect::codec(
        "length_of_the_plaintext",
        &["NCP-ENC-002"],
        "A header that counts nonce and tag does not fit what it announces.",
    )
    .decode(|seen| match sealed(seen) {
        Some((header, payload)) if header.len as usize == payload.len() => {
            Err(Refused::new(NPS_CLIENT_BAD_FRAME, "28 bytes too many"))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "header_not_authenticated",
        &["NCP-ENC-005", "NCP-ENC-015"],
        "A sealed payload is authenticated without its header.",
    )
    .decode(|seen| match sealed(seen) {
        Some((header, payload)) => bare(seen, payload)
            .map(|plain| opened(seen.bytes, &header, payload, &plain))
            .ok_or_else(|| Refused::new("NCP-ENC-AUTH-FAILED", "the tag does not fit")),
        None => seen.truth(),
    })
    .encode(|seen| match seen.is_structure("sealed_payload") {
        true => {
            let mut frame = seen.truth()?;
            if let (Some((header, len)), Some(key)) =
                (Header::read(&frame), Key::from_hex(TEST_KEY))
                && let Ok(nonce) = frame[len..len + NONCE].try_into()
            {
                let plain = seen.fields["plaintext"].as_str().and_then(hex::decode);
                frame.truncate(header.header_len());
                let algorithm = algorithm(seen.what);
                seal::seal(algorithm, &key, nonce, &[], &plain.unwrap_or_default(), &mut frame);
            }
            Ok(frame)
        }
        false => seen.truth(),
    }),
    Defect::codec(
        "one_cipher_for_both_names",
        &["NCP-ENC-006"],
        "Whatever was agreed, payloads are sealed and opened with AES-256-GCM.",
    )
    .decode(|seen| match seen.is_structure("sealed_payload") {
        true => Decoding { what: "sealed_payload/aes-256-gcm", ..*seen }.truth(),
        false => seen.truth(),
    })
    .encode(|seen| match seen.is_structure("sealed_payload") {
        true => super::depths::Encoding { what: "sealed_payload/aes-256-gcm", ..*seen }.truth(),
        false => seen.truth(),
    }),
    Defect::codec(
        "tag_not_compared",
        &["NCP-ENC-011"],
        "A payload whose tag does not fit is taken all the same.",
    )
    .decode(|seen| match sealed(seen) {
        Some((header, payload)) if payload.len() >= OVERHEAD => seen.truth().or_else(|_| {
            let plain = &payload[NONCE..payload.len() - TAG];
            Ok(opened(seen.bytes, &header, payload, plain))
        }),
        _ => seen.truth(),
    }),
    Defect::codec(
        "header_authenticated_after_cleaning",
        &["NCP-ENC-015"],
        "The flags that matter nothing to the payload are cleared before the header is \
         authenticated.",
    )
    .decode(|seen| match sealed(seen) {
        Some(_) => seen.or_mended(|frame| frame[1] = (frame[1] & !RESERVED) | FINAL),
        None => seen.truth(),
    }),
    Defect::codec(
        "short_payload_is_not_sealed",
        &["NCP-ENC-016"],
        "Fewer than 28 bytes under the flag ENC are taken for a plain payload.",
    )
    .decode(|seen| match sealed(seen) {
        Some((header, payload)) if payload.len() < OVERHEAD => {
            Ok(opened(seen.bytes, &header, payload, payload))
        }
        _ => seen.truth(),
    }),
    Defect::codec(
        "unnamed_ciphers_in_use",
        &["NCP-ENC-008", "NCP-ENC-009", "NCP-HDR-012"],
        "The flag ENC is overlooked where no cipher was agreed.",
    )
    .decode(|seen| match seen.header() {
        Some(header) if header.is_sealed() => seen.without(&["NCP-ENC-008"]),
        _ => seen.truth(),
    }),
    Defect::codec(
        "port_of_nwp",
        &["NCP-CONN-014", "NPS-ADDR-002"],
        "An address without a port means 17434.",
    )
    .decode(|seen| match seen.is_structure("node_address") {
        true => seen.with("port", |port| {
            if *port == json!(17433) {
                *port = json!(17434);
            }
        }),
        false => seen.truth(),
    }),
    Defect::codec("addresses_of_any_scheme", &["NPS-ADDR-001"], "An address may have any scheme.")
        .decode(|seen| match seen.is_structure("node_address") {
            true => seen.or_mended(|text| {
                if let Some(at) = text.windows(3).position(|three| three == b"://") {
                    text.splice(..at, *b"nwp");
                }
            }),
            false => seen.truth(),
        }),
    Defect::codec(
        "paths_of_any_letters",
        &["NPS-ADDR-003"],
        "The path of an address may be missing, or hold whatever letters.",
    )
    .decode(|seen| match seen.is_structure("node_address") {
        true => seen.or_mended(|text| {
            let from = text.windows(3).position(|three| three == b"://").map_or(0, |at| at + 3);
            let slash = text[from..].iter().position(|byte| *byte == b'/');
            match slash.map(|at| from + at) {
                Some(slash) => {
                    text.truncate(slash);
                    text.extend(b"/any");
                }
                None => text.extend(b"/any"),
            }
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "identities_without_identifier",
        &["NPS-ADDR-004"],
        "Agents and nodes may lack the identifier as organisations may.",
    )
    .decode(|seen| match seen.is_structure("nid") {
        true => seen.or_mended(|text| text.extend(b":none")),
        false => seen.truth(),
    }),
    Defect::codec(
        "entities_of_any_kind",
        &["NPS-ADDR-005"],
        "The entity of an identity may be any word.",
    )
    .decode(|seen| match seen.is_structure("nid") {
        true => seen.or_mended(|text| {
            let full = String::from_utf8_lossy(text).into_owned();
            let mut parts: Vec<&str> = full.split(':').collect();
            if parts.len() > 3 {
                parts[2] = "agent";
            }
            *text = parts.join(":").into_bytes();
        }),
        false => seen.truth(),
    }),
    Defect::codec(
        "identifiers_of_any_letters",
        &["NPS-ADDR-006"],
        "The identifier of an identity may hold whatever letters.",
    )
    .decode(|seen| match seen.is_structure("nid") {
        true => seen.or_mended(|text| {
            let full = String::from_utf8_lossy(text).into_owned();
            if let Some((front, _)) = full.rsplit_once(':') {
                *text = format!("{front}:some").into_bytes();
            }
        }),
        false => seen.truth(),
    }),
    Defect::codec("queries_of_any_depth", &["NPS-ADDR-010"], "A query may go deeper than 5.")
        .decode(|seen| seen.without(&["NPS-ADDR-010", "depth"])),
    Defect::codec("tokens_rounded_down", &["NPS-TOK-001"], "Bytes beyond whole fours are free.")
        .decode(|seen| match seen.is_structure("npt") {
            true => Ok(json!({"npt": seen.bytes.len() / 4})),
            false => seen.truth(),
        }),
    Defect::codec(
        "tokens_counted_in_letters",
        &["NPS-TOK-001"],
        "An NPT is four letters, however many bytes they take.",
    )
    .decode(|seen| match seen.is_structure("npt") {
        true => Ok(json!({"npt": seen.text().chars().count().div_ceil(4)})),
        false => seen.truth(),
    }),
    Defect::codec(
        "budgets_of_64_bits",
        &["NPS-TOK-006"],
        "A budget may have any number of tokens.",
    )
    .decode(|seen| seen.without(&["NPS-TOK-006", "token_budget", "max_token_budget"])),
    Defect::codec(
        "addresses_with_bad_parameters",
        &["NPS-ADDR-001"],
        "A port in an address is a bad parameter.",
    )
    .decode(|seen| match seen.is_structure("node_address") {
        true if seen.text().matches(':').count() > 1 => {
            Err(Refused::new(NPS_CLIENT_BAD_PARAM, "port"))
        }
        _ => seen.truth(),
    }),
];

/// Header and payload of a sealed frame.
fn sealed<'a>(seen: &Decoding<'a>) -> Option<(Header, &'a [u8])> {
    let (header, len) = Header::read(seen.bytes).filter(|_| seen.is_structure("sealed_payload"))?;
    Some((header, &seen.bytes[len..]))
}

/// Lets `change` at ciphertext and tag.
fn tag(frame: &mut [u8], change: fn(&mut [u8])) {
    let Some((_, len)) = Header::read(frame) else { return };
    if let Some(rest) = frame.get_mut(len + NONCE..).filter(|rest| rest.len() >= TAG) {
        change(rest);
    }
}

fn algorithm(what: &str) -> Algorithm {
    let name = what.split_once('/').map_or("", |(_, name)| name);
    Algorithm::from_name(name).unwrap_or(Algorithm::Aes256Gcm)
}

/// Opens what was sealed without its header.
fn bare(seen: &Decoding<'_>, payload: &[u8]) -> Option<Vec<u8>> {
    seal::open(algorithm(seen.what), &Key::from_hex(TEST_KEY)?, &[], payload).ok()
}

fn opened(frame: &[u8], header: &Header, payload: &[u8], plain: &[u8]) -> serde_json::Value {
    json!({
        "header": hex::encode(&frame[..header.header_len()]),
        "nonce": hex::encode(payload.get(..NONCE).unwrap_or_default()),
        "plaintext": hex::encode(plain),
    })
}
