use super::super::samples::json;
use super::*;
use alloc::vec;

#[test]
fn the_hash_is_fnv_1a() {
    // Test values of the authors of FNV.
    for (text, hash) in [
        ("", 0xcbf2_9ce4_8422_2325),
        ("a", 0xaf63_dc4c_8601_ec8c),
        ("foobar", 0x8594_4171_f739_67e8),
    ] {
        let mut fnv = Fnv::default();
        fnv.bytes(text.as_bytes());
        assert_eq!(fnv.0, hash);
    }
}

#[test]
fn a_digest_is_that_of_the_canonical_text() {
    // The records of EX-07; hashes of their canonical texts by a script.
    let first = json(r#"{"stock":42,"price":999.00,"name":"iPhone 15 Pro","id":1001}"#);
    let second = json(r#"{"id":1002,"name":"MacBook Air M3","price":1299.0,"stock":15}"#);
    assert_eq!(record(&first), 0x34fa_b13a_df68_ced5);
    assert_eq!(records(&[first, second]), 0xb577_90aa_ad9a_763e);
    assert_eq!(records(&[]), 0xcbf2_9ce4_8422_2325);
}

#[test]
fn digits_and_bytes_survive() {
    let packed = Value::Map(vec![
        ("n".into(), Value::Uint(u64::MAX)),
        ("b".into(), Value::Bytes(vec![0xfb, 0xff])),
    ]);
    let text = json(r#"{"b":"-_8","n":18446744073709551615}"#);
    assert_eq!(record(&packed), 0x5e89_67bb_30eb_5812);
    assert_eq!(record(&text), 0x5e89_67bb_30eb_5812);
    let rounded = json(r#"{"b":"-_8","n":18446744073709551614}"#);
    assert_ne!(record(&rounded), record(&text));
}
