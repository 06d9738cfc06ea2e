//! Golden values were worked out from the formula in the documentation by a separate program.

use super::*;

fn hash(fold: impl FnOnce(&mut TraceHash)) -> u64 {
    let mut hash = TraceHash::new();
    fold(&mut hash);
    hash.value()
}

#[test]
fn the_formula_gives_the_golden_values() {
    assert_eq!(hash(|_| ()), 0x7769_7265_7072_6601);
    assert_eq!(hash(|h| h.word(1)), 0x820c_7c75_9cc6_2275);
    assert_eq!(hash(|h| h.bytes(b"abc")), 0x07ee_1751_4358_618b);
    let sixteen: Vec<u8> = (0..16).collect();
    assert_eq!(hash(|h| h.bytes(&sixteen)), 0x77e2_812b_484c_02a3);
    let seventeen: Vec<u8> = (0..17).collect();
    assert_eq!(hash(|h| h.bytes(&seventeen)), 0xf7f8_3f82_2306_4f18);
}

#[test]
fn padding_and_length_are_told_apart() {
    let all = [&b""[..], b"\0", b"\0\0", b"a", b"a\0", b"\0\0\0\0\0\0\0\0", b"\0\0\0\0\0\0\0\0\0"];
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            assert_ne!(hash(|h| h.bytes(a)), hash(|h| h.bytes(b)), "{a:?} {b:?}");
        }
    }
}

#[test]
fn every_single_bit_counts() {
    let base = [0x5a_u8; 33];
    let reference = hash(|h| h.bytes(&base));
    for bit in 0..base.len() * 8 {
        let mut other = base;
        other[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(hash(|h| h.bytes(&other)), reference, "bit {bit}");
    }
}

fn run(events: u64, odd_one: u64) -> TraceHash {
    let mut hash = TraceHash::new();
    for event in 0..events {
        hash.word(if event == odd_one { u64::MAX } else { event });
        hash.end_event();
    }
    hash
}

#[test]
fn a_checkpoint_stands_after_every_1024_events() {
    assert!(run(1023, u64::MAX).checkpoints().is_empty());
    let hash = run(3000, u64::MAX);
    assert_eq!((hash.events(), hash.checkpoints().len()), (3000, 2));
    assert_eq!(hash.checkpoints()[0], 0xe1f9_e2b2_4158_e30f);
}

#[test]
fn two_runs_are_bisected_to_the_stretch_with_the_first_difference() {
    let reference = run(5000, u64::MAX);
    assert_eq!(first_difference(&reference, &run(5000, u64::MAX)), None);
    for (odd, stretch) in
        [(0, 0..1024), (1023, 0..1024), (1024, 1024..2048), (4095, 3072..4096), (4999, 4096..5000)]
    {
        assert_eq!(first_difference(&reference, &run(5000, odd)), Some(stretch));
    }
    // One run is the beginning of the other.
    assert_eq!(first_difference(&reference, &run(2048, u64::MAX)), Some(2048..3072));
    assert_eq!(first_difference(&reference, &run(4999, u64::MAX)), Some(4096..5000));
}

#[test]
fn clear_starts_over() {
    let mut hash = run(2000, 5);
    hash.clear();
    assert_eq!(hash, TraceHash::new());
}
