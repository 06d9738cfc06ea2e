//! Golden words are those of the published ChaCha8 definition, worked out by a separate program;
//! golden draws were worked out from these words by the rules in the documentation.

use super::*;
use alloc::vec::Vec;

fn golden() -> Rng {
    Rng::new(Seed(42), 7)
}

fn take<T>(n: usize, mut draw: impl FnMut(&mut Rng) -> T) -> Vec<T> {
    let mut rng = golden();
    (0..n).map(|_| draw(&mut rng)).collect()
}

#[test]
fn the_library_gives_the_published_words() {
    let mut words = ChaCha8Rng::from_seed([0; 32]);
    // ChaCha8, 256-bit key of zeros, nonce of zeros: 3e00ef2f 895f40d6 7f5bb8e8 1f09a5a1 …
    let published = [0x2fef_003e, 0xd640_5f89, 0xe8b8_5b7f, 0xa1a5_091f, 0xc30e_842c];
    assert_eq!(published.map(|_| words.next_u32()), published);
}

#[test]
fn words_come_from_the_documented_key_and_nonce() {
    let words = |seed, stream| {
        let mut rng = Rng::new(Seed(seed), stream);
        [(); 4].map(|()| rng.word())
    };
    assert_eq!(words(0, 0), [0xa941_a996, 0xf2b2_724e, 0xac98_0b0d, 0xeb05_be8d]);
    assert_eq!(words(42, 7), [0xd210_b0fd, 0x3332_4dac, 0xf1f8_a7b8, 0x0c70_3959]);
    assert_eq!(
        words(0xfedc_ba98_7654_3210, (1 << 63) + 5),
        [0x97b6_3c31, 0xea5f_a546, 0x09a9_a111, 0x7c46_6066]
    );
}

#[test]
fn draws_follow_from_words() {
    assert_eq!(golden().long(), 0x3332_4dac_d210_b0fd);
    assert_eq!(take(6, |rng| rng.below(1000)), [820, 199, 945, 48, 91, 905]);
    assert_eq!(take(4, |rng| rng.range(10, 20)), [12, 10, 19, 18]);
    let long = take(3, |rng| rng.below_long(1_000_000_000_000));
    assert_eq!(long, [199_986_319_248, 48_587_402_781, 905_579_647_303]);
    let chances = take(12, |rng| rng.chance(250_000));
    let (f, t) = (false, true);
    assert_eq!(chances, [f, t, f, t, t, f, f, f, f, f, f, f]);
    let exponential = take(4, |rng| rng.exponential(1_000_000));
    assert_eq!(exponential, [105_353, 24_594, 2_682_364, 1_194_889]);
    assert_eq!(take(4, |rng| rng.magnitude(1, 1_000_000)), [15, 952_790, 1689, 6]);
    let mut items = [0, 1, 2, 3, 4, 5, 6, 7];
    golden().shuffle(&mut items);
    assert_eq!(items, [7, 3, 2, 4, 0, 5, 1, 6]);
}

#[test]
fn bounds_hold_at_their_edges() {
    let mut rng = golden();
    assert_eq!((rng.below(0), rng.below(1), rng.below_long(0), rng.range(9, 3)), (0, 0, 0, 9));
    assert!((0..1000).all(|_| !rng.chance(0)));
    assert!((0..1000).all(|_| rng.chance(1_000_000)));
    let wide = rng.range(0, u64::MAX);
    assert_ne!(wide, rng.range(0, u64::MAX));
    let seen: Vec<_> = (0..200).map(|_| rng.range(3, 5)).collect();
    assert!([3, 4, 5].iter().all(|n| seen.contains(n)));
    assert!(seen.iter().all(|n| (3..=5).contains(n)));
    assert!((0..1000).all(|_| (7..=7_000_000).contains(&rng.magnitude(7, 7_000_000))));
    assert_eq!(rng.magnitude(7, 7), 7);
    assert!((0..1000).all(|_| rng.magnitude(0, u64::MAX) > 0 || rng.magnitude(0, 1) <= 1));
}

#[test]
fn draws_are_fair_to_a_thousandth() {
    let mut rng = golden();
    let mut counts = [0_i64; 10];
    for _ in 0..1_000_000 {
        counts[rng.below(10) as usize] += 1;
    }
    assert!(counts.iter().all(|n| (n - 100_000).abs() < 1_500), "{counts:?}");
    let hits = (0..1_000_000).filter(|_| rng.chance(123_456)).count() as i64;
    assert!((hits - 123_456).abs() < 1_500, "{hits}");
}

#[test]
fn the_exponential_table_holds_published_logarithms() {
    // ln 2 = 0.693147180559945309, -ln(3/4) = 0.287682072451780927, -ln(7/8) = 0.133531392624522623
    let scaled = |billionths: u128| ((billionths << 32) / 1_000_000_000_000_000_000) as i128;
    for (index, value) in [
        (0, 0),
        (256, 693_147_180_559_945_309),
        (128, 287_682_072_451_780_927),
        (64, 133_531_392_624_522_623),
    ] {
        let entry = i128::from(exponential::entry(index));
        assert!((entry - scaled(value)).abs() <= 1, "{index}: {entry}");
    }
}

#[test]
fn exponential_has_its_mean_its_median_and_its_tail() {
    let mut rng = golden();
    let (n, mean) = (1_000_000, 10_000_u64);
    let draws: Vec<_> = (0..n).map(|_| rng.exponential(mean)).collect();
    let average = draws.iter().sum::<u64>() / n;
    assert!(average.abs_diff(mean) < 50, "{average}");
    let above = |limit| draws.iter().filter(|&&draw| draw > limit).count() as i64;
    // Beyond ln 2 of the mean lies one half, beyond three means e^-3 = 0.049787.
    assert!((above(6_931) - 500_000).abs() < 2_500, "{}", above(6_931));
    assert!((above(30_000) - 49_787).abs() < 1_000, "{}", above(30_000));
}
