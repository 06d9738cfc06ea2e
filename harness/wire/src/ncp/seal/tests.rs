use super::super::samples::hex;
use super::*;

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// EX-14, without its header.
const PLAIN: &str = "
84a764657461696c7381aa616e63686f725f726566d9477368613235363a343239303535623532636166616530343630
316163336237353564306432653461646537646264633965373937656164303336643535616130353963383862
65a56572726f72b44e43502d414e43484f522d4e4f542d464f554e44a56672616d65ccfea6737461747573b44e50532d
434c49454e542d4e4f542d464f554e44";

/// EX-18: AES-256-GCM.
const AES: &str = "
fe0d00b9000102030405060708090a0bc3a5b27eb184ab77fec03deadf8a1002f189f55196a2180f5006d7b02b533480
38209bc9cdf420fb15c21e88b8b31e08df3803be38e196ef5ba74e2b7dd7948a950ba218b7b21f042b6d9d0b8eeb3edb
0eeefc571702635dc49ea6f41a951ce8b98a3694100f8b4ab35d70f1003a7352f4283686a58a70d4095a31bfe38b0bc2
45f473b2d5a3be20bcaf18f21099008b73bab7187b5ec767ca10bd39be861eab0f76ae73b72b153b8fb98f69ec";

/// EX-19: ChaCha20-Poly1305.
const CHACHA: &str = "
fe0d00b9000102030405060708090a0b0d5c6c655d76cc2cc4029592f67e660cbb2fc08237adeaca8ef61df043fa920e
d5b019c6842b83fb565417bd55a0b9134fe5ca479f1f8dae7688bd35f57bffb21c4fd8af8177158cf32f7ad97918ecc2
ecba72070e0bc00b3734c836ba18a7da3fac0381439764a49c1abdf4eadee5ada7200215cf1215b60bc852ad1852da8a
5fc0b0c9c847aa1ffd5d2f29017f2773f13fd35f4520987374aef27fe016d24294f976fc9773c91f1f23d0f8cd";

/// EX-06, without its header, and EX-20: a request under AES-256-GCM.
const QUERY: &str = "
84aa616e63686f725f726566d9477368613235363a643331633337333465333562346533383135636232383161363330
3737383661613063343631333662356433623261623037313833643062353431636139666
5ab6175746f5f616e63686f72c3a56672616d6510a56c696d697402";
const SEALED_QUERY: &str = "
100d008c0c0d0e0f10111213141516171c5408b61c1e932168582db348cc558f3431d8d8cc19089bf891cdd3d0c5f3cf
4ec30f16d9f413027dc136638f9a29eabb6183e7c89524d07ac94b6f8c8f7fdc284872aa9382eb60cd4bd34b22393eb9
5949f521347d6143e24290aa70c74df4c7607b8e4f5737c1792847cc84f750f200c107df799a5f0e3aec67b2ca1318a0";

fn key() -> Key {
    Key::from_hex(KEY).expect("64 digits")
}

#[test]
fn the_examples_are_sealed_and_opened() {
    for (algorithm, example, plain) in [
        (Algorithm::Aes256Gcm, AES, PLAIN),
        (Algorithm::ChaCha20Poly1305, CHACHA, PLAIN),
        (Algorithm::Aes256Gcm, SEALED_QUERY, QUERY),
    ] {
        let (frame, plain) = (hex(example), hex(plain));
        let (header, payload) = frame.split_at(4);
        assert_eq!(payload.len(), plain.len() + OVERHEAD);
        assert_eq!(open(algorithm, &key(), header, payload), Ok(plain.clone()));
        let nonce = payload[..NONCE].try_into().expect("12 bytes");
        let mut out = header.to_vec();
        seal(algorithm, &key(), nonce, header, &plain, &mut out);
        assert_eq!(out, frame, "{}", algorithm.name());
    }
}

#[test]
fn every_bit_is_authenticated() {
    for (algorithm, example) in [(Algorithm::Aes256Gcm, AES), (Algorithm::ChaCha20Poly1305, CHACHA)]
    {
        let frame = hex(example);
        for bit in 0..frame.len() * 8 {
            let mut frame = frame.clone();
            frame[bit / 8] ^= 1 << (bit % 8);
            let (header, payload) = frame.split_at(4);
            assert_eq!(open(algorithm, &key(), header, payload), Err(Broken::Tag), "bit {bit}");
        }
    }
}

#[test]
fn another_key_algorithm_or_header_does_not_open() {
    let frame = hex(AES);
    let (header, payload) = frame.split_at(4);
    let other = Key([0; 32]);
    assert_eq!(open(Algorithm::Aes256Gcm, &other, header, payload), Err(Broken::Tag));
    assert_eq!(open(Algorithm::ChaCha20Poly1305, &key(), header, payload), Err(Broken::Tag));
    // The extended header of the same frame is another header.
    let extended = hex("fe8d000000b90000");
    assert_eq!(open(Algorithm::Aes256Gcm, &key(), &extended, payload), Err(Broken::Tag));
    // NG-10: EX-20 with type byte 11.
    let mut frame = hex(SEALED_QUERY);
    frame[0] = 0x11;
    assert_eq!(open(Algorithm::Aes256Gcm, &key(), &frame[..4], &frame[4..]), Err(Broken::Tag));
}

#[test]
fn less_than_28_bytes_is_too_short() {
    let header = hex("040d001b");
    assert_eq!(open(Algorithm::Aes256Gcm, &key(), &header, &[0; 27]), Err(Broken::Short));
    assert_eq!(open(Algorithm::Aes256Gcm, &key(), &header, &[]), Err(Broken::Short));
    assert_eq!(open(Algorithm::Aes256Gcm, &key(), &header, &[0; 28]), Err(Broken::Tag));
    // 28 bytes with a right tag hold nothing.
    let mut out = Vec::new();
    seal(Algorithm::Aes256Gcm, &key(), [7; NONCE], &header, &[], &mut out);
    assert_eq!(out.len(), 28);
    assert_eq!(open(Algorithm::Aes256Gcm, &key(), &header, &out), Ok(Vec::new()));
}

#[test]
fn names_and_keys_are_read() {
    assert_eq!(Algorithm::from_name("aes-256-gcm"), Some(Algorithm::Aes256Gcm));
    assert_eq!(Algorithm::from_name("chacha20-poly1305"), Some(Algorithm::ChaCha20Poly1305));
    assert_eq!(Algorithm::from_name("aes-128-gcm"), None);
    assert_eq!(key().0[31], 0x1f);
    assert_eq!(Key::from_hex(&KEY[2..]), None);
    assert_eq!(Key::from_hex(&KEY.replace("1f", "1g")), None);
    assert_eq!(Key::from_hex(&"é".repeat(32)), None);
    assert_eq!(alloc::format!("{:?}", key()), "Key(..)");
}
