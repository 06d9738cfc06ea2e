//! What judging costs: a life of hello, one session and a hundred frames, seen at both nodes.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use wireproof_base::{
    Carrier, ConnId, Crossing, Instant, Judge as _, NodeId, Record, Role, StreamId, Trace,
};
use wireproof_oracle::nnrp::Judge;
use wireproof_wire::nnrp::body::write_typed;
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::header::EOS;
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::result::ResultPush;
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::session::{SessionOpen, SessionOpenAck};
use wireproof_wire::nnrp::submit::FrameSubmit;
use wireproof_wire::nnrp::typed::TypedDescriptor;
use wireproof_wire::nnrp::{Command, Event, Frame, Nnrp};

const FRAMES: u32 = 100;
const CONN: ConnId = ConnId(0);
const SESSION: u32 = 1;

/// A trace under construction.
#[derive(Default)]
struct Life(Trace<Nnrp>);

impl Life {
    fn record(&mut self, who: Role, what: &Crossing<'_, Command, Event>) {
        let at = Instant::from_nanos(self.0.len() as u64 * 1_000);
        self.0.push(at, NodeId(u8::from(who == Role::Server)), what);
    }

    fn say(&mut self, who: Role, frame: &Frame<'_>) {
        let (bytes, stream, conn) = (frame.to_vec(), StreamId::CONTROL, CONN);
        self.record(who, &Crossing::Sent { conn, stream, bytes: &bytes });
        self.record(who.peer(), &Crossing::Received { conn, stream, bytes: &bytes });
    }

    fn open(&mut self) {
        for who in [Role::Client, Role::Server] {
            self.record(who, &Crossing::Connected { conn: CONN, carrier: Carrier::Stream });
        }
        let hello = ClientHello {
            min_version_major: 1,
            max_version_major: 1,
            supported_wire_format_bitmap: 1,
            supported_profile_bitmap: 2,
            supported_payload_kind_bitmap: 2,
            ..ClientHello::default()
        };
        self.say(Role::Client, &Frame::new(hello, &[]));
        let answer = ServerHelloAck {
            selected_version_major: 1,
            accepted_profile_bitmap: 2,
            accepted_payload_kind_bitmap: 2,
            ..ServerHelloAck::default()
        };
        self.say(Role::Server, &Frame::new(answer, &[]));
        let open = SessionOpen { profile_id: 2, ..SessionOpen::default() };
        self.say(Role::Client, &Frame::new(open, &[]));
        let grant = SessionOpenAck {
            session_id: SESSION,
            accepted_profile_id: 2,
            granted_operation_credit: 8,
            max_in_flight_operations: 8,
            ..SessionOpenAck::default()
        };
        self.say(Role::Server, &Frame::new(grant, &[]).at(SESSION, 0, 0));
    }

    fn frame(&mut self, frame: u32) {
        let (session, lane) = (SESSION, 0);
        let mut body = Vec::new();
        let descriptor = TypedDescriptor { profile_id: 2, ..TypedDescriptor::default() };
        write_typed(&mut body, &[(descriptor, b"a prompt of some length")]);
        let submit = FrameSubmit {
            frame_class: 1,
            payload_kind_bitmap: 2,
            payload_frame_count: 1,
            ..FrameSubmit::default()
        };
        self.say(Role::Client, &Frame::new(submit, &body).at(session, frame, lane));
        let (bytes, digest) = (23, hash(b"a prompt of some length"));
        let event = Event::Submitted { session, lane, frame, bytes, digest };
        self.record(Role::Server, &Crossing::Event(&event));
        let result = ResultPush {
            active_profile_id: 2,
            payload_kind_bitmap: 2,
            payload_frame_count: 1,
            ..ResultPush::default()
        };
        self.say(Role::Server, &Frame::new(result, &body).at(session, frame, lane).flagged(EOS));
        let (terminal, class, status) = (true, 0, 0);
        let event = Event::Result { session, lane, frame, terminal, class, status, bytes, digest };
        self.record(Role::Client, &Crossing::Event(&event));
        for who in [Role::Client, Role::Server] {
            let outcome = Outcome::Completed;
            let event = Event::Ended { session, lane, frame, outcome };
            self.record(who, &Crossing::Event(&event));
        }
    }
}

fn judge(criterion: &mut Criterion) {
    let mut life = Life::default();
    life.open();
    (1..=FRAMES).for_each(|frame| life.frame(frame));
    let records: Vec<Record<'_, Command, Event>> = life.0.iter().collect();
    let (mut judge, mut findings) = (Judge::default(), Vec::new());
    let mut group = criterion.benchmark_group("judge");
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("life of 100 frames", |bencher| {
        bencher.iter(|| {
            judge.reset(Carrier::Stream, &[Role::Client, Role::Server]);
            for record in &records {
                judge.observe(black_box(record), &mut findings);
            }
            judge.finish(Instant::from_nanos(u64::MAX / 2), true, &mut findings);
        });
    });
    group.finish();
    assert!(findings.is_empty(), "the life of the benchmark is legal: {:?}", findings.first());
}

criterion_group!(benches, judge);
criterion_main!(benches);
