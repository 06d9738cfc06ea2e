extern crate std;

use super::{Ranking, Sample};
use std::vec;

const FAILED: Sample = Sample::Failed;

fn answered(throughput: u64, rtt_us: u64) -> Sample {
    Sample::Answered { throughput, rtt_us }
}

/// NNRP-PRB-005: each measure decides only where the ones before it are equal.
#[test]
fn successes_come_first_then_throughput_then_time() {
    let table = [
        // More successes, although slower and narrower.
        (vec![answered(1, 90), answered(1, 90)], vec![answered(99, 1), FAILED], [1, 2]),
        // The median counts, not the best: 5 against 4, 99 is an outlier.
        (vec![answered(1, 5), answered(5, 5), answered(6, 5)], vec![answered(4, 1); 3], [1, 2]),
        (vec![answered(1, 1), answered(2, 1), answered(99, 1)], vec![answered(3, 9); 3], [2, 1]),
        // Equal but for the time.
        (vec![answered(7, 20)], vec![answered(7, 19)], [2, 1]),
        // Nothing between them: the first one known stays first.
        (vec![answered(7, 20)], vec![answered(7, 20)], [1, 2]),
        (vec![FAILED], vec![FAILED, FAILED], [1, 2]),
    ];
    for (first, second, expected) in table {
        let mut ranking = Ranking::default();
        for (transport, samples) in [(1, &first), (2, &second)] {
            samples.iter().for_each(|&sample| ranking.add(transport, sample));
        }
        assert_eq!(ranking.order(), expected, "{first:?} {second:?}");
    }
    assert!(Ranking::default().order().is_empty());
}
