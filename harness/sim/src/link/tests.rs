use super::delay::{Delay, Shape};
use super::rate::Rate;
use super::{corrupt, kill, loss, mtu, partition, rechunk, stall, truncate};
use crate::{Fault, Rng, Way};
use std::vec::Vec;
use wireproof_base::{Duration, Instant, Seed};

fn rng() -> Rng {
    Rng::new(Seed(77), 0)
}

fn many(mut draw: impl FnMut(&mut Rng) -> Option<Fault>) -> Vec<Fault> {
    let mut rng = rng();
    (0..2_000).filter_map(|_| draw(&mut rng)).collect()
}

#[test]
fn positions_stay_inside_and_reach_both_ends() {
    let splits = many(|rng| rechunk::Rechunk.draw(rng, 5));
    assert!((1..5).all(|at| splits.contains(&Fault::Rechunk { at })));
    assert!(splits.iter().all(|split| (1..5).contains(&split.parts().0)));
    let kept = many(|rng| truncate::Truncate.draw(rng, 5));
    assert!((0..5).all(|keep| kept.contains(&Fault::Truncate { keep })));
    assert!(kept.iter().all(|kept| kept.parts().0 < 5));
    let killed = many(|rng| Some(kill::Kill.draw(rng, 5)));
    assert!((0..=5).all(|after_bytes| killed.contains(&Fault::Kill { after_bytes })));
    assert!(killed.iter().all(|killed| killed.parts().0 <= 5));
    let changed = many(|rng| corrupt::Corrupt.draw(rng, 5));
    assert!(changed.iter().all(|changed| changed.parts().0 < 5 && changed.parts().1 != 0));
    assert!(changed.iter().any(|changed| changed.parts().1 == 255));
}

#[test]
fn what_is_too_short_is_left_alone() {
    assert_eq!(many(|rng| rechunk::Rechunk.draw(rng, 1)), []);
    assert_eq!(many(|rng| truncate::Truncate.draw(rng, 0)), []);
    assert_eq!(many(|rng| corrupt::Corrupt.draw(rng, 0)), []);
    assert!(many(|rng| Some(kill::Kill.draw(rng, 0))).contains(&Fault::Kill { after_bytes: 0 }));
}

#[test]
fn delays_have_their_shape() {
    let longest = Duration::from_nanos(1_000);
    let nanos = |shape| -> Vec<u64> {
        let draws = many(|rng| Some(Delay { shape, longest }.draw(rng)));
        draws.iter().map(|delay| delay.parts().0).collect()
    };
    assert!(nanos(Shape::Fixed).iter().all(|&nanos| nanos == 1_000));
    for (shape, mean) in [(Shape::Uniform, 500), (Shape::Exponential, 250)] {
        let all = nanos(shape);
        assert!(all.iter().all(|nanos| (1..=1_000).contains(nanos)));
        let average = all.iter().sum::<u64>() / all.len() as u64;
        assert!(average.abs_diff(mean) < 20, "{shape:?}: {average}");
    }
}

#[test]
fn spans_stay_within_their_bounds_and_partitions_cut_both_kinds_of_ways() {
    let longest = Duration::from_nanos(1_000);
    let cuts = many(|rng| Some(partition::Partition { longest }.draw(rng)));
    assert!(cuts.iter().all(|cut| (1..=1_000).contains(&cut.parts().0)));
    for way in [Way::Both, Way::One] {
        assert!(cuts.iter().any(|cut| matches!(cut, Fault::Partition { way: w, .. } if *w == way)));
    }
    let stalls = many(|rng| Some(stall::Stall { longest }.draw(rng)));
    assert!(stalls.iter().all(|stall| (1..=1_000).contains(&stall.parts().0)));
}

#[test]
fn loss_is_all_or_nothing_at_the_ends() {
    for burst in [0, 1, 5] {
        for (ppm, expected) in [(0, 0), (1_000_000, 2_000)] {
            let (mut rng, mut state) = (rng(), loss::LossState::default());
            let loss = loss::Loss { ppm, burst };
            let lost = (0..2_000).filter(|_| loss.next(&mut state, &mut rng)).count();
            assert_eq!(lost, expected, "{ppm} {burst}");
        }
    }
}

#[test]
fn more_losses_than_bursts_have_room_for_make_longer_bursts() {
    let (mut rng, mut state) = (rng(), loss::LossState::default());
    let loss = loss::Loss { ppm: 900_000, burst: 2 };
    let lost = (0..200_000).filter(|_| loss.next(&mut state, &mut rng)).count();
    assert!(lost.abs_diff(180_000) < 600, "{lost}");
}

#[test]
fn a_rate_spaces_bytes_out_and_drops_at_the_tail() {
    let at = Instant::from_nanos;
    let rate = Rate { bytes_per_second: 1_000_000, queue_bytes: 100 };
    assert_eq!(rate.leave(at(5), at(0), 10, true), Some(at(10_005)));
    assert_eq!(rate.leave(at(5), at(10_005), 10, true), Some(at(20_005)));
    // 90 bytes wait: 10 more fit, 11 do not, unless waiting has no limit.
    assert_eq!(rate.leave(at(0), at(90_000), 10, true), Some(at(100_000)));
    assert_eq!(rate.leave(at(0), at(90_000), 11, true), None);
    assert_eq!(rate.leave(at(0), at(90_000), 11, false), Some(at(101_000)));
    // An idle link takes what would never fit its queue.
    assert_eq!(rate.leave(at(0), at(0), 1_000, true), Some(at(1_000_000)));
    let third = Rate { bytes_per_second: 3, queue_bytes: 0 };
    assert_eq!(third.leave(at(0), at(0), 1, true), Some(at(333_333_334)));
}

#[test]
fn the_largest_packet_is_a_limit_for_packets_and_a_step_for_streams() {
    assert!(mtu::fits(None, 1 << 20) && mtu::fits(Some(10), 10) && !mtu::fits(Some(10), 11));
    assert_eq!(mtu::piece(None, None), u32::MAX);
    assert_eq!((mtu::piece(Some(10), Some(3)), mtu::piece(Some(2), Some(3))), (3, 2));
    assert_eq!(mtu::piece(Some(0), None), 1);
}
