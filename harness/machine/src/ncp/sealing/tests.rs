extern crate std;

use super::{KEY_LIFE, Sealing};
use alloc::string::String;
use alloc::vec::Vec;
use std::collections::BTreeSet;
use wireproof_base::{ConnId, Role};
use wireproof_wire::ncp::seal::{Algorithm, Broken, Key, OVERHEAD};

const KEY: Key = Key([7; 32]);

fn sealing(agreed: &[&str], key: Option<&Key>, role: Role, conn: u32) -> Sealing {
    let agreed: Vec<String> = agreed.iter().map(|name| String::from(*name)).collect();
    Sealing::new(&agreed, key, role, ConnId(conn))
}

#[test]
fn it_takes_an_algorithm_and_a_key() {
    let aes = &["aes-256-gcm", "chacha20-poly1305"][..];
    for (row, agreed, key, expected) in [
        ("E01", &[][..], Some(&KEY), None),
        ("E02", aes, Some(&KEY), Some(Algorithm::Aes256Gcm)),
        ("E02", &aes[1..], Some(&KEY), Some(Algorithm::ChaCha20Poly1305)),
        ("E03", aes, None, None),
        ("unknown", &["rot13", "aes-256-gcm"], Some(&KEY), None),
    ] {
        assert_eq!(sealing(agreed, key, Role::Client, 0).algorithm(), expected, "{row}");
    }
}

#[test]
fn what_one_side_seals_the_other_opens_and_nobody_changes() {
    for name in ["aes-256-gcm", "chacha20-poly1305"] {
        let mut client = sealing(&[name], Some(&KEY), Role::Client, 3);
        let server = sealing(&[name], Some(&KEY), Role::Server, 3);
        let (head, plain) = ([0x10, 0x0d, 0, 33], b"hello");
        let mut sealed = Vec::new();
        client.seal(&head, plain, &mut sealed);
        assert_eq!(sealed.len(), plain.len() + OVERHEAD);
        assert_eq!(server.open(&head, &sealed).as_deref(), Ok(&plain[..]), "E06");
        // E05: every bit of header and payload counts.
        for at in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[at / 8] ^= 1 << (at % 8);
            assert_eq!(server.open(&head, &changed), Err(Broken::Tag));
        }
        for at in 0..head.len() * 8 {
            let mut changed = head;
            changed[at / 8] ^= 1 << (at % 8);
            assert_eq!(server.open(&changed, &sealed), Err(Broken::Tag));
        }
        assert_eq!(server.open(&head, &sealed[..OVERHEAD - 1]), Err(Broken::Short));
    }
}

#[test]
fn no_nonce_comes_twice_under_one_key() {
    let mut seen = BTreeSet::new();
    for conn in [0, 1, 256, u32::MAX] {
        for role in [Role::Client, Role::Server] {
            let mut sealing = sealing(&["aes-256-gcm"], Some(&KEY), role, conn);
            for _ in 0..300 {
                let mut sealed = Vec::new();
                sealing.seal(&[], &[], &mut sealed);
                assert!(seen.insert(sealed[..12].to_vec()));
            }
            sealing.sealed = KEY_LIFE - 1;
            assert!(!sealing.is_worn());
            let mut sealed = Vec::new();
            sealing.seal(&[], &[], &mut sealed);
            assert!(sealing.is_worn(), "E08");
            assert!(seen.insert(sealed[..12].to_vec()));
        }
    }
}
