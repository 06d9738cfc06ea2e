use super::token::{checksum, seal};
use super::*;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use proptest::prelude::*;
use wireproof_base::{Carrier, Duration};

fn key(conn: u32, stage: Stage, ordinal: u32) -> FaultKey {
    FaultKey::new(Site::new(conn, stage), ordinal)
}

fn sample() -> Plan {
    let mut plan = Plan { scenario: "flow/pause".into(), seed: Some(300), ..Plan::default() };
    plan.parameters.insert("window".into(), "4".into());
    plan.faults.insert(key(0, Stage::Up, 2), Fault::Drop);
    plan.faults.insert(key(0, Stage::Up, 3), Fault::Corrupt { at: 5, xor: 0x80 });
    plan.faults.insert(key(1, Stage::Conn, 7), Fault::Kill { after_bytes: 200 });
    plan
}

#[test]
fn the_checksum_is_the_published_one() {
    // The check value that every catalogue of CRCs gives for CRC-32.
    assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
}

#[test]
fn a_token_holds_the_documented_bytes() {
    let body = [
        &[1, 10][..],
        b"flow/pause",    // version, scenario
        &[1, 0xac, 0x02], // a seed: 300
        &[1, 6],
        b"window",
        &[1],
        b"4",                      // one parameter
        &[3],                      // three faults
        &[0, 2, 0],                // site 0 (connection 0, up), ordinal 2: drop
        &[0, 0, 4, 5, 0x80, 0x01], // same site, next ordinal: corrupt byte 5 by 0x80
        &[5, 7, 6, 0xc8, 0x01],    // site 5 (connection 1, conn), ordinal 7: kill after 200
    ]
    .concat();
    assert_eq!(sample().token(), seal(&body));
    assert_eq!(Plan::from_token(&seal(&body)), Ok(sample()));
}

#[test]
fn every_kind_of_error_is_told_apart() {
    let token = sample().token();
    let error = |text: &str| Plan::from_token(text).expect_err("must be refused");
    assert_eq!(error(""), TokenError::BadPrefix);
    assert_eq!(error(&token[1..]), TokenError::BadPrefix);
    let spaced = format!("{} {}", &token[..9], &token[10..]);
    assert_eq!(error(&spaced), TokenError::BadCharacter { position: 9, found: ' ' });
    let foreign = format!("wp1-ü{}", &token[4..]);
    assert_eq!(error(&foreign), TokenError::BadCharacter { position: 4, found: 'ü' });
    assert_eq!(error("wp1-"), TokenError::Truncated);
    assert_eq!(error("wp1-AAAA"), TokenError::Truncated);
    let last = if token.ends_with('A') { "B" } else { "A" };
    let mistyped = format!("{}{}{last}", &token[..5], &token[6..]);
    assert_eq!(error(&mistyped), TokenError::Checksum);
    for (body, expected) in [
        (&[][..], TokenError::Truncated),
        (&[9], TokenError::UnknownVersion(9)),
        (&[1, 5, b'a'], TokenError::Truncated),
        (&[1, 1, 0xff], TokenError::BadText),
        (&[1, 0, 2], TokenError::BadNumber),
        (&[1, 0, 0, 0], TokenError::Truncated),
        (&[1, 0, 0, 0, 0, 0], TokenError::TrailingBytes),
        (&[1, 0, 0, 0x80, 0], TokenError::BadNumber),
        (&[1, 0, 0, 0, 1, 0, 0, 99], TokenError::UnknownKind(99)),
        (&[1, 0, 0, 0, 1, 0, 0, 4, 0, 0x80, 2], TokenError::BadNumber),
        (&[1, 0, 0, 2, 1, b'b', 0, 1, b'a', 0, 0], TokenError::OutOfOrder),
        (&[1, 0, 0, 2, 1, b'a', 0, 1, b'a', 0, 0], TokenError::OutOfOrder),
        (&[1, 0, 0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x1f, 0], TokenError::BadNumber),
    ] {
        assert_eq!(error(&seal(body)), expected, "{body:?}");
    }
    // One number of 70 bits.
    let wide = [&[1, 0, 1][..], &[0xff; 9], &[2, 0, 0]].concat();
    assert_eq!(error(&seal(&wide)), TokenError::BadNumber);
    assert!(error(&spaced).to_string().contains("character 9"));
}

#[test]
fn no_single_mistyped_character_passes() {
    let token = sample().token();
    for place in 0..token.len() {
        for other in ['A', 'b', '7', '-', '_'] {
            let mut text: Vec<char> = token.chars().collect();
            if core::mem::replace(&mut text[place], other) != other {
                let text: String = text.into_iter().collect();
                assert!(Plan::from_token(&text).is_err(), "{text}");
            }
        }
        assert!(Plan::from_token(&token[..place]).is_err());
    }
}

#[test]
fn keys_have_one_text_each() {
    let text = "c12.down.7";
    assert_eq!(text.parse(), Ok(key(12, Stage::Down, 7)));
    assert_eq!(key(12, Stage::Down, 7).to_string(), text);
    for bad in [
        "",
        "c",
        "c0",
        "c0.up",
        "0.up.1",
        "c0.up.1.2",
        "c0.left.1",
        "c0.up.-1",
        "c0.up.+1",
        "c00.up.1",
        "c0.up.01",
        "c0.up.4294967296",
        "c0.up.",
        "C0.up.1",
        "c0.up.1 ",
    ] {
        assert!(bad.parse::<FaultKey>().is_err(), "{bad}");
    }
}

#[test]
fn sites_are_numbered_in_their_order() {
    let sites: Vec<_> = (0..9).map(|code| Site::from_code(code).expect("a site")).collect();
    assert!(sites.is_sorted());
    assert!(sites.iter().map(|site| site.code()).eq(0..9));
    assert_eq!(sites[5], Site::new(1, Stage::Conn));
    assert_eq!(Site::from_code(3 << 32), None);
}

#[test]
fn plans_are_readable_as_yaml() {
    let text = "
scenario: flow/pause
seed: 300
parameters: {window: '4'}
faults:
  c0.up.2: drop
  c0.up.3: {corrupt: {at: 5, xor: 128}}
  c1.conn.7:
    kill: {after_bytes: 200}
";
    assert_eq!(serde_saphyr::from_str::<Plan>(text).expect("a plan"), sample());
    let all = "
scenario: all
faults:
  c0.up.0: {duplicate: {after_ns: 5}}
  c0.up.1: {delay: {ns: 6}}
  c0.up.2: {rechunk: {at: 7}}
  c0.up.3: {truncate: {keep: 8}}
  c0.conn.0: {partition: {ns: 9, way: one}}
  c0.conn.1: {partition: {ns: 9}}
  c0.conn.2: {stall: {ns: 10}}
  c0.conn.3: rebind
";
    let plan: Plan = serde_saphyr::from_str(all).expect("a plan");
    let nanos = Duration::from_nanos;
    let expected = [
        Fault::Duplicate { after: nanos(5) },
        Fault::Delay { by: nanos(6) },
        Fault::Rechunk { at: 7 },
        Fault::Truncate { keep: 8 },
        Fault::Partition { lasts: nanos(9), way: Way::One },
        Fault::Partition { lasts: nanos(9), way: Way::Both },
        Fault::Stall { lasts: nanos(10) },
        Fault::Rebind,
    ];
    assert!(plan.faults.values().copied().eq(expected));
    assert!(serde_saphyr::from_str::<Plan>("scenario: x\nfaults: {c0.up.0: explode}").is_err());
    assert!(serde_saphyr::from_str::<Plan>("scenario: x\nfault: {}").is_err());
    assert!(serde_saphyr::from_str::<Plan>("scenario: x\nfaults: {zero: drop}").is_err());
}

#[test]
fn carriers_admit_what_they_can_suffer() {
    let admitted = |carrier| {
        let kinds = FaultKind::ALL.into_iter().filter(move |kind| kind.admitted(carrier));
        kinds.map(FaultKind::name).collect::<Vec<_>>().join(" ")
    };
    let reliable = "delay rechunk kill partition stall rebind";
    assert_eq!(admitted(Carrier::Stream), reliable);
    assert_eq!(admitted(Carrier::Multistream), reliable);
    let packets = "drop duplicate delay corrupt truncate partition stall rebind";
    assert_eq!(admitted(Carrier::Datagram), packets);
}

fn faults() -> impl Strategy<Value = (FaultKey, Fault)> {
    let kind = prop::sample::select(&FaultKind::ALL[..]);
    let ordinal = prop_oneof![0..20_u32, any::<u32>()];
    let code = prop_oneof![0..9_u64, 0..3_u64 << 32];
    (code, ordinal, kind, any::<u64>(), any::<u64>()).prop_map(|(code, ordinal, kind, a, b)| {
        let site = Site::from_code(code).expect("in range");
        (FaultKey::new(site, ordinal), kind.with(a, b))
    })
}

fn plans() -> impl Strategy<Value = Plan> {
    let parameters = prop::collection::btree_map(".{0,8}", ".{0,8}", 0..4);
    let faults = prop::collection::btree_map(any::<u8>(), faults(), 0..30);
    (".{0,12}", any::<Option<u64>>(), parameters, faults).prop_map(
        |(scenario, seed, parameters, faults)| Plan {
            scenario,
            seed,
            parameters,
            faults: faults.into_values().collect(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_plan_survives_its_token(plan in plans()) {
        let token = plan.token();
        prop_assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(Plan::from_token(&token), Ok(plan));
    }

    #[test]
    fn every_plan_survives_a_file(plan in plans()) {
        let text = serde_json::to_string(&plan).expect("plans can be written");
        prop_assert_eq!(serde_json::from_str::<Plan>(&text).expect("and read"), plan);
    }

    #[test]
    fn a_word_that_is_read_is_the_only_one(body in prop::collection::vec(0..8_u8, 0..24)) {
        let token = seal(&[&[1, 0, 0][..], &body].concat());
        if let Ok(plan) = Plan::from_token(&token) {
            prop_assert_eq!(plan.token(), token);
        }
    }

    #[test]
    fn a_fault_is_its_kind_and_its_parts((_, fault) in faults()) {
        let (a, b) = fault.parts();
        prop_assert_eq!(fault.kind().with(a, b), fault);
    }
}
