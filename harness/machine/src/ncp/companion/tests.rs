use super::budget::{Fit, fit};
use super::chain::Chain;
use super::trust::{announced, calendar, identify};
use crate::ncp::samples::json;
use alloc::vec;
use alloc::vec::Vec;
use wireproof_base::{Duration, Instant};
use wireproof_wire::ncp::command::{Known, Setup};
use wireproof_wire::ncp::companion::signature::{public_key, sign};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::timestamp;
use wireproof_wire::ncp::value::Value;

const CA: [u8; 32] = [1; 32];
const NODE: [u8; 32] = [2; 32];
const ORG: &str = "urn:nps:org:example.com";
const SELF: &str = "urn:nps:node:example.com:products";
const OTHER: &str = "urn:nps:node:example.com:orders";

fn known(nid: &str, secret: &[u8; 32]) -> Known {
    Known { nid: nid.into(), key: public_key(secret) }
}

fn signed(kind: FrameType, frame: &str, secret: &[u8; 32]) -> Value {
    let mut frame = json(frame);
    let signature = sign(kind, &frame, secret);
    let Value::Map(members) = &mut frame else { panic!("a frame") };
    members.push(("signature".into(), Value::Text(signature)));
    frame
}

fn ident(expires: &str) -> Value {
    let frame = alloc::format!(
        r#"{{"nid":"urn:nps:agent:example.com:a1","pub_key":"ed25519:AAAA","capabilities":[],
            "scope":{{"nodes":["nwp://example.com/*"]}},"issued_by":"{ORG}",
            "issued_at":"2026-01-01T00:00:00Z","expires_at":"{expires}","serial":"0x01"}}"#
    );
    signed(FrameType::Ident, &frame, &CA)
}

#[test]
fn time_of_the_calendar_goes_with_the_clock() {
    let setup = Setup::default();
    let at = |seconds: u64, ms| {
        calendar(&setup, Instant::ZERO + Duration::from_millis(seconds * 1000 + ms))
    };
    assert_eq!(at(0, 0), timestamp::parse("2026-01-01T00:00:00Z").expect("a time"));
    assert_eq!(at(61, 5), timestamp::parse("2026-01-01T00:01:01.005Z").expect("a time"));
}

#[test]
fn nip_frm_003_certificates_end_with_the_clock() {
    let setup = Setup {
        trusted: vec![known(ORG, &CA)],
        address: "nwp://example.com/orders".into(),
        ..Setup::default()
    };
    let frame = ident("2026-01-01T00:00:02Z");
    let at = |ms| identify(&frame, &setup, Instant::ZERO + Duration::from_millis(ms));
    assert_eq!(at(2_000), Ok(()));
    assert_eq!(at(2_001).map_err(|fault| fault.code), Err("NIP-CERT-EXPIRED"));
    let elsewhere = Setup { address: "nwp://example.org/orders".into(), ..setup.clone() };
    let fault = identify(&frame, &elsewhere, Instant::ZERO).map_err(|fault| fault.code);
    assert_eq!(fault, Err("NWP-AUTH-NID-SCOPE-VIOLATION"));
    // Whoever trusts nobody has nothing to verify.
    let nobody = Setup { trusted: vec![], ..elsewhere };
    assert_eq!(identify(&frame, &nobody, Instant::ZERO), Ok(()));
}

#[test]
fn ndp_frm_002_announcements_are_signed_by_the_announced() {
    let frame = |nid: &str, secret| {
        signed(FrameType::Announce, &alloc::format!(r#"{{"nid":"{nid}","ttl":1}}"#), secret)
    };
    let setup = Setup { announcers: vec![known(SELF, &NODE)], ..Setup::default() };
    let code = |frame: &Value| announced(frame, &setup).map_err(|fault| fault.code);
    assert_eq!(code(&frame(SELF, &NODE)), Ok(()));
    assert_eq!(code(&frame(SELF, &CA)), Err("NDP-ANNOUNCE-SIGNATURE-INVALID"));
    assert_eq!(code(&frame(OTHER, &NODE)), Err("NDP-ANNOUNCE-NID-MISMATCH"));
    assert_eq!(code(&frame(OTHER, &CA)), Err("NDP-ANNOUNCE-SIGNATURE-INVALID"));
    assert_eq!(announced(&frame(OTHER, &CA), &Setup::default()), Ok(()));
}

fn delegation(parent: &str, subtask: &str, nodes: &str) -> Value {
    json(&alloc::format!(
        r#"{{"parent_task_id":"{parent}","subtask_id":"{subtask}",
            "delegated_scope":{{"nodes":["{nodes}"],"actions":[],"max_token_budget":10}}}}"#
    ))
}

#[test]
fn nop_frm_003_the_fourth_level_is_one_too_many() {
    let mut chain = Chain::default();
    let mut take = |parent, subtask| {
        chain.take(&delegation(parent, subtask, "nwp://a.example/*"), None).map_err(|it| it.code)
    };
    assert_eq!(take("task", "1"), Ok(()));
    assert_eq!(take("1", "2"), Ok(()));
    assert_eq!(take("2", "3"), Ok(()));
    assert_eq!(take("3", "4"), Err("NOP-DELEGATE-CHAIN-TOO-DEEP"));
    // What was refused is nobody's parent.
    assert_eq!(take("4", "5"), Ok(()));
    assert_eq!(take("2", "6"), Ok(()));
}

#[test]
fn nip_frm_004_no_delegation_exceeds_what_it_builds_on() {
    let own = json(r#"{"nodes":["nwp://a.example/*"],"actions":[],"max_token_budget":10}"#);
    let mut chain = Chain::default();
    let mut take = |parent, subtask, nodes| {
        chain.take(&delegation(parent, subtask, nodes), Some(&own)).map_err(|it| it.code)
    };
    let exceeds = Err("NOP-DELEGATE-SCOPE-VIOLATION");
    assert_eq!(take("task", "1", "nwp://b.example/*"), exceeds);
    assert_eq!(take("task", "1", "nwp://a.example/x"), Ok(()));
    assert_eq!(take("1", "2", "nwp://a.example/*"), exceeds);
    assert_eq!(take("1", "2", "nwp://a.example/x/y"), Ok(()));
}

#[test]
fn nps_tok_records_count_as_long_as_they_fit() {
    // `[{"a":1}]` has 9 bytes, every further record 8 more.
    let data: Vec<Value> = vec![json(r#"{"a":1}"#); 3];
    for (budget, fits) in [
        (0, Fit::Nothing),
        (2, Fit::Nothing),
        (3, Fit::Records { count: 1, npt: 3 }),
        (4, Fit::Records { count: 1, npt: 3 }),
        (5, Fit::Records { count: 2, npt: 5 }),
        (7, Fit::Records { count: 3, npt: 7 }),
        (u32::MAX, Fit::Records { count: 3, npt: 7 }),
    ] {
        assert_eq!(fit(&data, budget), fits, "{budget}");
    }
    assert_eq!(fit(&[], 0), Fit::Records { count: 0, npt: 1 });
}
