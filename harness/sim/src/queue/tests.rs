use super::*;
use alloc::collections::BTreeMap;
use alloc::vec;

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

/// A generator of test data, so that these tests do not lean on the one under test elsewhere.
struct Steps(u64);

impl Steps {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % below
    }
}

#[test]
fn an_empty_queue_has_nothing() {
    let mut queue = EventQueue::<u8>::new();
    assert_eq!((queue.len(), queue.peek_time(), queue.pop()), (0, None, None));
}

#[test]
fn earlier_leaves_first_and_ties_leave_in_order_of_arrival() {
    let mut queue = EventQueue::new();
    for (time, name) in [(5, 'd'), (1, 'a'), (5, 'e'), (1, 'b'), (3, 'c'), (5, 'f')] {
        queue.push(at(time), name);
    }
    let left: Vec<_> = core::iter::from_fn(|| queue.pop()).collect();
    let expected = [(1, 'a'), (1, 'b'), (3, 'c'), (5, 'd'), (5, 'e'), (5, 'f')];
    assert_eq!(left, expected.map(|(time, name)| (at(time), name)));
}

#[test]
fn any_mix_of_calls_agrees_with_a_sorted_map() {
    for seed in 0..200 {
        let mut steps = Steps(seed);
        let (mut queue, mut model) = (EventQueue::new(), BTreeMap::new());
        let span = 1 + steps.next(50);
        for sequence in 0..600_u64 {
            if steps.next(5) < 3 {
                let time = at(steps.next(span));
                queue.push(time, sequence);
                model.insert((time, sequence), ());
            } else {
                let expected = model.pop_first().map(|(key, ())| key);
                assert_eq!(queue.pop(), expected);
            }
            assert_eq!(queue.len(), model.len());
            let first = model.first_key_value().map(|(&key, ())| key);
            assert_eq!(queue.peek_time(), first.map(|(time, _)| time));
            assert_eq!(queue.peek().map(|(time, &item)| (time, item)), first);
        }
        while let Some((key, ())) = model.pop_first() {
            assert_eq!(queue.pop(), Some(key));
        }
        assert!(queue.is_empty());
    }
}

#[test]
fn the_end_of_time_is_still_in_order() {
    let mut queue = EventQueue::new();
    queue.push(Instant::MAX, 'b');
    queue.push(at(0), 'a');
    queue.push(Instant::MAX, 'c');
    let names: Vec<_> = core::iter::from_fn(|| queue.pop()).map(|(_, name)| name).collect();
    assert_eq!(names, vec!['a', 'b', 'c']);
}

#[test]
fn clear_forgets_events_and_keeps_memory() {
    let mut queue = EventQueue::new();
    let fill = |queue: &mut EventQueue<u64>| {
        for n in 0..300 {
            queue.push(at(n % 7), n);
        }
        for _ in 0..100 {
            queue.pop();
        }
    };
    fill(&mut queue);
    let room = queue.capacity();
    assert!(room >= 300);
    for _ in 0..50 {
        queue.clear();
        assert_eq!(queue.pop(), None);
        fill(&mut queue);
        assert_eq!(queue.capacity(), room);
    }
}
