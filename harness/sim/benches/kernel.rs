//! Speed of the kernel: queue and trace hash beside a bare heap on the same events, and a round
//! trip through the network.
#![expect(clippy::unwrap_used, reason = "a failing benchmark may panic")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use wireproof_base::{Carrier, Instant, NodeId, Seed, StreamId};
use wireproof_sim::{
    EventQueue, FaultSource, Kind, LinkConfig, Network, Profile, Rng, TraceHash, What,
};

const EVENTS: u64 = 100_000;

/// As large as an event of the network.
type Payload = [u64; 4];

/// The delays of all events, the same for everybody.
fn delays() -> Vec<u64> {
    let mut rng = Rng::new(Seed(1), 1 << 63);
    (0..EVENTS).map(|_| u64::from(rng.below(2_000_000))).collect()
}

fn kernel(delays: &[u64], in_flight: usize, queue: &mut EventQueue<Payload>) -> u64 {
    queue.clear();
    let mut hash = TraceHash::new();
    for (n, &delay) in delays.iter().take(in_flight).enumerate() {
        queue.push(Instant::from_nanos(delay), [n as u64; 4]);
    }
    for &delay in delays {
        let (at, payload) = queue.pop().unwrap();
        hash.word(at.as_nanos());
        hash.word(payload[0]);
        hash.word(payload[1]);
        hash.end_event();
        queue.push(Instant::from_nanos(at.as_nanos() + delay), payload);
    }
    hash.value()
}

fn bare_heap(
    delays: &[u64],
    in_flight: usize,
    heap: &mut BinaryHeap<Reverse<(u64, u64, Payload)>>,
) -> u64 {
    heap.clear();
    let (mut sequence, mut sum) = (0, 0_u64);
    for (n, &delay) in delays.iter().take(in_flight).enumerate() {
        heap.push(Reverse((delay, sequence, [n as u64; 4])));
        sequence += 1;
    }
    for &delay in delays {
        let Reverse((at, _, payload)) = heap.pop().unwrap();
        sum = sum.wrapping_add(at ^ payload[0]);
        heap.push(Reverse((at + delay, sequence, payload)));
        sequence += 1;
    }
    sum
}

fn queues(criterion: &mut Criterion) {
    let delays = delays();
    for in_flight in [1, 8, 64, 512] {
        let mut group = criterion.benchmark_group(format!("{in_flight} in flight"));
        group.throughput(Throughput::Elements(EVENTS));
        let mut queue = EventQueue::new();
        group.bench_function("kernel, hash on", |b| {
            b.iter(|| kernel(black_box(&delays), in_flight, &mut queue));
        });
        let mut heap = BinaryHeap::new();
        group.bench_function("bare heap", |b| {
            b.iter(|| bare_heap(black_box(&delays), in_flight, &mut heap));
        });
        group.finish();
    }
}

/// Ping-pong of 32 bytes; every delivery is answered.
fn ping_pong(net: &mut Network, source: FaultSource<'_>, carrier: Carrier) -> u64 {
    let (a, b) = (NodeId(0), NodeId(1));
    net.reset(source, &LinkConfig::default());
    let conn = net.connect(Instant::ZERO, a, b, carrier);
    let mut deliveries = 0;
    net.send(Instant::ZERO, conn, a, StreamId::CONTROL, &[7; 32]);
    while deliveries < 1_000 {
        net.next_time();
        let Some(delivery) = net.pop() else { break };
        deliveries += 1;
        if let What::Bytes { node, slot, .. } = delivery.what {
            black_box(net.bytes(slot));
            let from = if node == a { a } else { b };
            net.send(delivery.at, conn, from, StreamId::CONTROL, &[9; 32]);
        }
    }
    net.hash()
}

fn network(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("network, 1,000 deliveries");
    group.throughput(Throughput::Elements(1_000));
    let mut net = Network::new();
    group.bench_function("stream, neutral", |b| {
        b.iter(|| ping_pong(&mut net, FaultSource::Neutral, Carrier::Stream));
    });
    let profile = Profile::neutral().with(Kind::Delay, 50_000).with(Kind::Rechunk, 50_000);
    let drawn = FaultSource::Drawn { seed: Seed(1), profile: &profile };
    group.bench_function("stream, 5 % delayed and 5 % re-chunked", |b| {
        b.iter(|| ping_pong(&mut net, drawn, Carrier::Stream));
    });
    group.bench_function("multistream, 5 % delayed and 5 % re-chunked", |b| {
        b.iter(|| ping_pong(&mut net, drawn, Carrier::Multistream));
    });
    group.finish();
    criterion.bench_function("reset, connect, 5 % loss drawn, 2 deliveries", |b| {
        let profile = Profile::neutral().with(Kind::Loss, 50_000);
        b.iter(|| {
            net.reset(
                FaultSource::Drawn { seed: Seed(9), profile: &profile },
                &LinkConfig::default(),
            );
            let conn = net.connect(Instant::ZERO, NodeId(0), NodeId(1), Carrier::Datagram);
            net.send(Instant::ZERO, conn, NodeId(0), StreamId::CONTROL, &[1; 32]);
            net.send(Instant::ZERO, conn, NodeId(1), StreamId::CONTROL, &[2; 32]);
            while net.pop().is_some() {}
            net.hash()
        });
    });
}

criterion_group!(benches, queues, network);
criterion_main!(benches);
