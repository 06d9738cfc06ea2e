use super::*;
use crate::{Fault, FaultKey, Site, Stage};
use alloc::collections::BTreeMap;
use std::vec;
use std::vec::Vec;
use wireproof_base::{Carrier, ConnId, Duration, Instant, NodeId, StreamId};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const CONTROL: StreamId = StreamId::CONTROL;

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

fn planned(faults: &[(Stage, u32, Fault)]) -> BTreeMap<FaultKey, Fault> {
    let place = |&(stage, n, fault)| (FaultKey::new(Site::new(0, stage), n), fault);
    faults.iter().map(place).collect()
}

fn pieces(net: &mut Network) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(delivery) = net.pop() {
        if let What::Bytes { slot, .. } = delivery.what {
            all.push((delivery.at.as_nanos(), net.bytes(slot).to_vec()));
        }
    }
    all
}

fn one_send(carrier: Carrier, link: LinkConfig, fault: Option<Fault>) -> Vec<(u64, Vec<u8>)> {
    let faults: Vec<_> = fault.iter().map(|&fault| (Stage::Up, 0, fault)).collect();
    let faults = planned(&faults);
    let mut net = Network::new();
    net.reset(FaultSource::Planned(&faults), &link);
    let conn = net.connect(at(0), A, B, carrier);
    net.send(at(0), conn, A, CONTROL, b"abcdef");
    pieces(&mut net)
}

const T: u64 = 1_000_000;

#[test]
fn each_fault_does_what_it_says() {
    let packet = |fault| one_send(Carrier::Datagram, LinkConfig::default(), Some(fault));
    let stream = |fault| one_send(Carrier::Stream, LinkConfig::default(), Some(fault));
    let whole = vec![(T, b"abcdef".to_vec())];
    assert_eq!(packet(Fault::Drop), []);
    let after = Duration::from_nanos(3);
    let twice = vec![(T, b"abcdef".to_vec()), (T + 3, b"abcdef".to_vec())];
    assert_eq!(packet(Fault::Duplicate { after }), twice);
    assert_eq!(packet(Fault::Corrupt { at: 7, xor: 1 }), [(T, b"accdef".to_vec())]);
    assert_eq!(packet(Fault::Truncate { keep: 2 }), [(T, b"ab".to_vec())]);
    assert_eq!(packet(Fault::Truncate { keep: 6 }), [(T, Vec::new())]);
    assert_eq!(stream(Fault::Rechunk { at: 8 }), [(T, b"ab".to_vec()), (T, b"cdef".to_vec())]);
    assert_eq!(stream(Fault::Rechunk { at: 6 }), whole);
    let stall = Fault::Stall { lasts: Duration::from_millis(9) };
    assert_eq!(stream(stall), [(9 * T, b"abcdef".to_vec())]);
    assert_eq!(stream(Fault::Kill { after_bytes: 4 }), [(T, b"abcd".to_vec())]);
    assert_eq!(stream(Fault::Rebind), []);
}

#[test]
fn a_carrier_ignores_what_it_does_not_admit() {
    let whole = vec![(T, b"abcdef".to_vec())];
    for fault in [Fault::Drop, Fault::Corrupt { at: 0, xor: 1 }, Fault::Truncate { keep: 1 }] {
        for carrier in [Carrier::Stream, Carrier::Multistream] {
            assert_eq!(one_send(carrier, LinkConfig::default(), Some(fault)), whole);
        }
    }
    for fault in [Fault::Rechunk { at: 1 }, Fault::Kill { after_bytes: 1 }, Fault::Rebind] {
        assert_eq!(one_send(Carrier::Datagram, LinkConfig::default(), Some(fault)), whole);
    }
}

#[test]
fn an_exchange_loses_repeats_and_shortens_whole_messages() {
    let small = LinkConfig { mtu: Some(4), ..LinkConfig::default() };
    let request = |fault| one_send(Carrier::Exchange, small, Some(fault));
    let after = Duration::from_nanos(3);
    let whole = vec![(T, b"abcdef".to_vec())];
    assert_eq!(request(Fault::Drop), []);
    assert_eq!(request(Fault::Truncate { keep: 5 }), [(T, b"abcde".to_vec())]);
    let twice = vec![(T, b"abcdef".to_vec()), (T + 3, b"abcdef".to_vec())];
    assert_eq!(request(Fault::Duplicate { after }), twice);
    for fault in [Fault::Corrupt { at: 0, xor: 1 }, Fault::Rechunk { at: 1 }, Fault::Rebind] {
        assert_eq!(request(fault), whole, "{fault:?}");
    }
    // Nobody asked for the response, so nobody asks again.
    let faults = planned(&[(Stage::Down, 0, Fault::Duplicate { after })]);
    let mut net = Network::new();
    net.reset(FaultSource::Planned(&faults), &small);
    let conn = net.connect(at(0), A, B, Carrier::Exchange);
    net.send(at(0), conn, B, StreamId(7), b"response");
    assert_eq!(pieces(&mut net), [(T, b"response".to_vec())]);
    assert_eq!(net.applied().len(), 0);
}

#[test]
fn links_cut_and_merge_streams_and_refuse_packets() {
    let plain = LinkConfig::default();
    let ones = LinkConfig { chunking: Chunking::Bytes(1), ..plain };
    assert_eq!(one_send(Carrier::Stream, ones, None).len(), 6);
    let small = LinkConfig { mtu: Some(4), ..plain };
    let cut = vec![(T, b"abcd".to_vec()), (T, b"ef".to_vec())];
    assert_eq!(one_send(Carrier::Stream, small, None), cut);
    assert_eq!(one_send(Carrier::Datagram, small, None), []);
    let merge = LinkConfig { mtu: Some(4), chunking: Chunking::Merge, ..plain };
    assert_eq!(one_send(Carrier::Stream, merge, None), [(T, b"abcdef".to_vec())]);
    let split = Some(Fault::Rechunk { at: 5 });
    let apart = vec![(T, b"abcde".to_vec()), (T, b"f".to_vec())];
    assert_eq!(one_send(Carrier::Stream, merge, split), apart);
    let rate = Some(Rate { bytes_per_second: 1_000_000, queue_bytes: 6 });
    let slow = LinkConfig { rate, mtu: Some(4), ..plain };
    let spaced = vec![(T + 4_000, b"abcd".to_vec()), (T + 6_000, b"ef".to_vec())];
    assert_eq!(one_send(Carrier::Stream, slow, None), spaced);
}

#[test]
fn links_may_differ_by_way() {
    let mut net = Network::new();
    let fast = LinkConfig { latency: Duration::from_nanos(10), ..LinkConfig::default() };
    net.set_link(B, A, &fast);
    let conn = net.connect(at(0), A, B, Carrier::Stream);
    assert_eq!(net.next_time(), Some(at(T)));
    assert_eq!(pieces(&mut net), []);
    net.send(at(T), conn, A, CONTROL, b"q");
    net.send(at(T), conn, B, CONTROL, b"a");
    assert_eq!(pieces(&mut net), [(T + 10, b"a".to_vec()), (2 * T, b"q".to_vec())]);
}

#[test]
fn a_full_queue_drops_packets_and_counts_them() {
    let rate = Some(Rate { bytes_per_second: 1_000_000, queue_bytes: 20 });
    let mut net = Network::new();
    net.reset(FaultSource::Neutral, &LinkConfig { rate, ..LinkConfig::default() });
    let conn = net.connect(at(0), A, B, Carrier::Datagram);
    for _ in 0..5 {
        net.send(at(0), conn, A, CONTROL, &[0; 10]);
    }
    assert_eq!((pieces(&mut net).len(), net.overflowed()), (2, 3));
}

#[test]
fn deliveries_come_with_their_names() {
    let mut net = Network::new();
    let conn = net.connect(at(0), A, B, Carrier::Multistream);
    net.schedule(at(3), 77);
    net.send(at(0), conn, B, StreamId(4), b"x");
    let expected_open = |node| What::Connected { node, conn, carrier: Carrier::Multistream };
    assert_eq!(net.pop(), Some(Delivery { at: at(3), what: What::Wake { token: 77 } }));
    assert_eq!(net.pop().map(|d| d.what), Some(expected_open(B)));
    assert_eq!(net.pop().map(|d| d.what), Some(expected_open(A)));
    let Some(What::Bytes { node, conn: got, stream, slot }) = net.pop().map(|d| d.what) else {
        panic!("bytes are next");
    };
    assert_eq!((node, got, stream, net.bytes(slot)), (A, ConnId(0), StreamId(4), &b"x"[..]));
    assert_eq!(net.connect(at(9), A, B, Carrier::Stream), ConnId(1));
}

#[test]
#[should_panic(expected = "until the next `pop`")]
fn bytes_are_gone_after_the_next_pop() {
    let mut net = Network::new();
    let conn = net.connect(at(0), A, B, Carrier::Stream);
    net.send(at(0), conn, A, CONTROL, b"x");
    net.schedule(at(9 * T), 0);
    let mut slots = core::iter::from_fn(|| net.pop()).map(|delivery| match delivery.what {
        What::Bytes { slot, .. } => Some(slot),
        _ => None,
    });
    let slot = slots.find_map(|slot| slot).expect("bytes arrive");
    assert!(slots.next().is_some());
    drop(slots);
    net.bytes(slot);
}

#[test]
fn everything_that_is_delivered_counts_for_the_hash() {
    let run = |time, stream, text: &[u8], from, folded: &[u8]| {
        let mut net = Network::new();
        let conn = net.connect(at(0), A, B, Carrier::Multistream);
        net.send(at(time), conn, from, StreamId(stream), text);
        assert_eq!(pieces(&mut net).len(), 1);
        net.fold(1, folded);
        (net.hash(), net.events())
    };
    let base = run(T, 0, b"x", A, b"f");
    assert_eq!(base, run(T, 0, b"x", A, b"f"));
    assert_eq!(base.1, 4);
    for other in [
        run(T + 1, 0, b"x", A, b"f"),
        run(T, 1, b"x", A, b"f"),
        run(T, 0, b"y", A, b"f"),
        run(T, 0, b"x", B, b"f"),
        run(T, 0, b"x", A, b"g"),
    ] {
        assert_ne!(base.0, other.0);
    }
}

#[test]
fn stale_events_are_never_announced() {
    let mut net = Network::new();
    let conn = net.connect(at(0), A, B, Carrier::Stream);
    pieces(&mut net);
    net.send(at(2 * T), conn, A, CONTROL, b"x");
    net.shutdown(at(2 * T), conn, B);
    net.schedule(at(9 * T), 5);
    // The byte would be first, but B listens no more; A learns of the end.
    assert_eq!(net.next_time(), Some(at(3 * T)));
    let first = net.pop().map(|delivery| delivery.what);
    assert_eq!(first, Some(What::Disconnected { node: A, conn }));
    assert_eq!(net.next_time(), Some(at(9 * T)));
}

#[test]
fn whoever_hangs_up_hears_no_more_of_it() {
    for lost in [false, true] {
        let mut net = Network::new();
        let conn = net.connect(at(0), A, B, Carrier::Stream);
        pieces(&mut net);
        if lost {
            // B learns of the loss at once, A is still to learn of it.
            net.kill_after_bytes(conn, A, 0);
            net.send(at(T), conn, A, CONTROL, b"x");
            assert_eq!(net.pop().map(|d| d.what), Some(What::Disconnected { node: B, conn }));
        }
        net.shutdown(at(2 * T), conn, A);
        let rest: Vec<_> = core::iter::from_fn(|| net.pop()).map(|d| d.what).collect();
        let told = if lost { vec![] } else { vec![What::Disconnected { node: B, conn }] };
        assert_eq!(rest, told);
    }
}

#[test]
fn healing_lets_nothing_overtake_the_loss_of_its_stream() {
    let delay = Fault::Delay { by: Duration::from_millis(100) };
    let kill = Fault::Kill { after_bytes: 2 };
    let faults = planned(&[(Stage::Conn, 0, delay), (Stage::Up, 0, kill)]);
    let rate = Some(Rate { bytes_per_second: 1_000, queue_bytes: 0 });
    let mut net = Network::new();
    net.reset(FaultSource::Planned(&faults), &LinkConfig { rate, ..LinkConfig::default() });
    let conn = net.connect(at(0), A, B, Carrier::Multistream);
    net.send(at(0), conn, A, StreamId(1), b"abcdef");
    net.send(at(0), conn, A, StreamId(1), b"ghij");
    // Due last of all, and not delayed: it is the first that healing looks at.
    net.send(at(0), conn, A, StreamId(3), b"0123456789");
    net.heal(at(T));
    assert_eq!(pieces(&mut net), [(3 * T, b"ab".to_vec())]);
}
