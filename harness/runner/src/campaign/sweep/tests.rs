//! What must not depend on threads, shards or order; the rest is tested through the command.

use super::options::{Campaign, Quiet, Shard};
use super::tally::Tally;
use crate::world::Outcome;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use wireproof_base::Verdict;

fn outcome(verdict: Verdict, hash: u64, markers: &[&'static str]) -> Outcome {
    Outcome { verdict, hash, markers: markers.to_vec(), ..Outcome::default() }
}

fn four(tally: &mut Tally, seeds: &[u64]) {
    for &seed in seeds {
        let ill = seed == 7;
        let verdict = if ill { Verdict::Fail } else { Verdict::Pass };
        let markers: &[&'static str] = if seed % 2 == 0 { &["even"] } else { &["odd"] };
        tally.add((seed % 3) as usize, seed, outcome(verdict, seed * 1_000, markers), ill);
    }
}

#[test]
fn the_sum_does_not_depend_on_who_played_what() {
    let mut alone = Tally::new(3);
    four(&mut alone, &[4, 5, 6, 7]);
    let (mut one, mut two) = (Tally::new(3), Tally::new(3));
    four(&mut one, &[7, 4]);
    four(&mut two, &[6, 5]);
    let mut sum = Tally::new(3);
    sum.absorb(&mut two);
    sum.absorb(&mut one);
    assert_eq!(sum, alone);
    assert_eq!(one, Tally::new(3), "taken out");
    assert_eq!((sum.executions, sum.failing), (4, 1));
    assert_eq!(sum.markers.get("even"), Some(&2));
    assert_eq!(sum.cases[1].differs, Some(7));
}

#[test]
fn the_hash_tells_which_seed_gave_which_trace() {
    let hash = |pairs: [(u64, u64); 2]| {
        let mut tally = Tally::new(1);
        for (seed, hash) in pairs {
            tally.add(0, seed, outcome(Verdict::Pass, hash, &[]), false);
        }
        tally.hash
    };
    assert_ne!(hash([(1, 10), (2, 20)]), hash([(1, 20), (2, 10)]), "swapped");
    assert_ne!(hash([(1, 10), (2, 20)]), hash([(1, 11), (2, 19)]), "shifted");
    assert_eq!(hash([(1, 10), (2, 20)]), hash([(2, 20), (1, 10)]));
}

fn campaign<'a>(shard: &str, seeds: Option<u64>, flag: &'a AtomicBool) -> Campaign<'a> {
    Campaign {
        driver: "reference",
        filter: &[],
        first: 1_000,
        seeds,
        shard: shard.parse().expect("a shard"),
        threads: 1,
        verify: false,
        interrupt: flag,
        time_over: flag,
        described: 0,
        progress: &Quiet,
    }
}

#[test]
fn shards_are_apart_and_together_everything() {
    let flag = AtomicBool::new(false);
    for (seeds, of) in [(100, 7), (3, 5), (8, 1), (64, 64)] {
        let mut all = BTreeSet::new();
        let mut count = 0;
        for index in 1..=of {
            let part = campaign(&format!("{index}/{of}"), Some(seeds), &flag);
            all.extend((0..part.len()).map(|index| part.seed(index)));
            count += part.len();
        }
        assert_eq!(count, seeds, "{seeds} over {of}");
        assert_eq!(all, (1_000..1_000 + seeds).collect());
    }
}

#[test]
fn a_shard_is_written_as_a_part_of_a_whole() {
    assert_eq!("3/8".parse(), Ok(Shard { index: 3, of: 8 }));
    for wrong in ["0/8", "9/8", "8", "a/b", "1/0", "-1/2", ""] {
        assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
    }
}
