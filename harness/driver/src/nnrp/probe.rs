//! For tests: one endpoint, and a tester that sends it one of everything traffic does not do.

mod operations;
mod sessions;

use super::testbed::{Story, Sut};
use crate::{FrameSpec, Speaks};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Duration, Input, Instant, Op, Outbox, Role, Seed, StreamId};
use wireproof_wire::nnrp::command::{Flow, Hello, Open, Push, Resume, Setup, Submit};
use wireproof_wire::nnrp::{Command, Nnrp};

/// A body of one object reference: kind 1, namespace 0, key 0.
const REFERENCE: &str = "0000000010000000000000000000000000000000000000000000000000000000\
    01000000000000000000000000000000";

/// One endpoint and a tester that sends it frames.
pub struct Probe {
    sut: Sut,
    role: Role,
    now: Instant,
    next: u32,
    conn: ConnId,
    story: Story,
    /// Fields of what came, by message name, newest last.
    heard: BTreeMap<String, Value>,
}

impl Probe {
    pub fn new(sut: Sut, role: Role) -> Self {
        let (story, heard) = (Vec::new(), BTreeMap::new());
        Self { sut, role, now: Instant::ZERO, next: 0, conn: ConnId(0), story, heard }
    }

    fn give(&mut self, input: Input<'_, Command>) {
        let mut out = Outbox::default();
        self.sut.step(self.now, input, &mut out).expect("a step");
        for op in out.ops() {
            if let Op::Bytes { start, end, .. } = op {
                let bytes = out.bytes(*start, *end);
                self.story.push(crate::hex::encode(bytes));
                if let Ok(fields) = Nnrp::fields(bytes) {
                    self.heard.insert(fields["type"].as_str().unwrap_or("").to_owned(), fields);
                }
            } else {
                self.story.push(format!("{} {op:?}", self.now));
            }
        }
        self.story.push(format!("{:?}", self.sut.poll_timeout()));
    }

    fn fresh(&mut self, setup: Setup) {
        self.now = Instant::ZERO;
        self.next = 0;
        self.sut.start(&Setup { role: self.role, ..setup }, Seed(1)).expect("a start");
        self.connect();
    }

    fn connect(&mut self) {
        self.conn = ConnId(self.next);
        self.next += 1;
        let conn = self.conn;
        self.give(Input::Connected { conn, carrier: Carrier::Stream });
        if self.role == Role::Client {
            self.command(Command::Hello(Hello { conn, ..Hello::default() }));
            self.frame(json!({"frame": "SERVER_HELLO_ACK", "set": {
                "accepted_profile_bitmap": 3, "accepted_payload_kind_bitmap": 127,
                "max_lane_count": 4}}));
        } else {
            self.frame(json!({"frame": "CLIENT_HELLO"}));
        }
    }

    fn frame(&mut self, spec: Value) {
        let spec = FrameSpec::try_from(spec).expect("a frame");
        let bytes = Nnrp::build(&spec, &|session| session as u32).expect("a frame");
        let (conn, stream) = (self.conn, StreamId::CONTROL);
        self.give(Input::Bytes { conn, stream, bytes: &bytes });
    }

    fn command(&mut self, command: Command) {
        self.give(Input::Command(&command));
    }

    /// Lets time pass, waking the endpoint when it wants.
    fn pass(&mut self, ms: u64) {
        let end = self.now + Duration::from_millis(ms);
        while let Some(at) = self.sut.poll_timeout().filter(|&at| at <= end) {
            self.now = self.now.max(at);
            self.give(Input::Timeout);
        }
        self.now = end;
    }

    /// A session of number `session` with everything granted.
    fn open(&mut self, session: u32) {
        let conn = self.conn;
        if self.role == Role::Client {
            let tag = u64::from(session);
            let open = Open { conn, tag, flags: 0xF, priority: 1, ..Open::default() };
            self.command(Command::Open(open));
            self.frame(json!({"frame": "SESSION_OPEN_ACK", "session": session, "token": "aabb",
                "set": {"session_flags_ack": 0xF, "resume_window_ms": 1000,
                    "granted_operation_credit": 2}}));
        } else {
            self.frame(json!({"frame": "SESSION_OPEN", "session": session, "set": {
                "session_flags": 0xF, "max_in_flight_operations": 2}}));
        }
    }

    fn submit(&mut self, session: u32, frame: u32) {
        if self.role == Role::Client {
            self.command(Command::Submit(Submit { session, frame, ..Submit::default() }));
        } else {
            self.frame(json!({"frame": "FRAME_SUBMIT", "session": session, "frame_id": frame,
                "trace": 0x0102_0304}));
        }
    }

    /// One of everything that traffic does not do.
    pub fn everything(mut self) -> Story {
        match self.role {
            Role::Client => self.everything_to_a_client(),
            Role::Server => self.everything_to_a_server(),
        }
        self.sessions();
        self.operations();
        self.story
    }

    fn everything_to_a_client(&mut self) {
        self.fresh(Setup::default());
        self.frame(json!({"frame": "SERVER_HELLO_ACK", "set": {"accepted_codec_bitmap": 9}}));
        self.open(1);
        self.open(2);
        self.submit(1, 1);
        self.frame(json!({"frame": "PING", "set": {"header.route_id": 1}}));
        for set in [
            json!({"update_reason": 2, "session_credit": 9, "credit_epoch": 1}),
            json!({"update_reason": 1, "flow_flags": 0, "session_credit": 9, "credit_epoch": 2}),
            json!({"backpressure_level": 1, "credit_epoch": 3}),
            json!({"backpressure_level": 2, "credit_epoch": 4}),
            json!({"flow_flags": 8, "credit_epoch": 5}),
            json!({"flow_flags": 4, "credit_epoch": 6}),
            json!({"flow_flags": 1, "session_credit": 1, "credit_epoch": 7}),
            json!({"flow_flags": 1, "session_credit": 9, "credit_epoch": 2}),
        ] {
            self.frame(json!({"frame": "FLOW_UPDATE", "session": 1, "set": set}));
            for frame in 0..12 {
                self.submit(1, 10 + frame);
            }
        }
        self.frame(json!({"frame": "RESULT_HINT", "session": 1, "set": {"congestion_state": 9}}));
        self.frame(json!({"frame": "SESSION_CLOSE", "session": 2}));
        self.frame(json!({"frame": "ERROR", "session": 1}));
        self.frame(json!({"frame": "SESSION_CLOSE_ACK", "session": 1, "set": {"reserved0": 1}}));
        self.frame(json!({"frame": "ERROR", "set": {"is_fatal": 1}}));
        self.fresh(Setup::default());
        self.open(1);
        let conn = self.conn;
        self.give(Input::Disconnected { conn });
        self.connect();
        let conn = self.conn;
        self.command(Command::Resume(Resume { conn, session: 1, tag: 1, watermark: 0 }));
        // An answer beyond the offer.
        self.fresh(Setup::default());
        let conn = ConnId(self.next);
        self.conn = conn;
        self.give(Input::Connected { conn, carrier: Carrier::Stream });
        self.command(Command::Hello(Hello { conn, profiles: 2, ..Hello::default() }));
        self.frame(json!({"frame": "SERVER_HELLO_ACK", "set": {"accepted_profile_bitmap": 3}}));
    }

    fn everything_to_a_server(&mut self) {
        let probe = json!({"frame": "TRANSPORT_PROBE", "body": "00"});
        let setup = Setup { session_credit: 2, max_in_flight: 2, ..Setup::default() };
        self.fresh(Setup { max_sessions: 3, best_priority: 1, ..setup.clone() });
        self.frame(json!({"frame": "CLIENT_HELLO"}));
        self.frame(probe);
        (1..=4).for_each(|session| self.open(session));
        (1..=4).for_each(|frame| self.submit(1, frame));
        self.command(Command::Push(Push { session: 1, frame: 1, ..Push::default() }));
        self.command(Command::Flow(Flow {
            session: 1,
            operation: 2,
            credit: Some(1),
            ..Flow::default()
        }));
        let object = json!({"frame": "CACHE_PUT", "session": 1, "body": "00",
            "set": {"ttl_ms": 5}});
        self.frame(object.clone());
        self.pass(10);
        // Renewed, or granted anew because it had expired: only a use tells.
        self.frame(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 9,
            "set": {"submit_mode": 1, "object_ref_mask": 1, "payload_kind_bitmap": 1},
            "body": REFERENCE}));
        self.frame(json!({"frame": "FRAME_SUBMIT", "session": 2, "frame_id": 1,
            "set": {"reserved0": 1}}));
        self.frame(json!({"frame": "SESSION_MIGRATE", "session": 3}));
        self.frame(json!({"frame": "ERROR", "session": 2}));
        self.frame(json!({"frame": "PING", "set": {"header.flags": 64}}));
        self.fresh(setup.clone());
        self.frame(json!({"frame": "PING", "set": {"header.version_major": 2}}));
        self.fresh(setup.clone());
        self.frame(json!({"frame": "SESSION_OPEN", "set": {"default_deadline_ms": 50}}));
        self.submit(1, 1);
        self.pass(200);
        self.frame(json!({"frame": "CLOSE"}));
        self.drain(setup.clone());
        self.deadline_and_resume(setup);
        self.migration();
    }

    fn drain(&mut self, setup: Setup) {
        self.fresh(setup);
        self.open(1);
        self.submit(1, 1);
        self.frame(json!({"frame": "SESSION_CLOSE", "session": 1,
            "set": {"drain_timeout_ms": 40}}));
        self.pass(200);
    }

    fn deadline_and_resume(&mut self, setup: Setup) {
        self.fresh(Setup { resume_window_ms: 100, ..setup });
        self.open(1);
        self.frame(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 1,
            "set": {"latency_budget_ms": 20}}));
        self.pass(100);
        self.submit(1, 2);
        let (session, _) = self.granted();
        let conn = self.conn;
        self.give(Input::Disconnected { conn });
        self.connect();
        let wrong = "00112233445566778899aabbccddeeff";
        for token in [wrong, wrong] {
            self.frame(json!({"frame": "SESSION_OPEN", "session": session, "token": token,
                "set": {"session_flags": 0xF, "max_in_flight_operations": 2}}));
            self.pass(500);
        }
    }

    /// Number and token of the last session that was granted.
    fn granted(&self) -> (Value, Value) {
        let ack = self.heard.get("SESSION_OPEN_ACK");
        let field = |name: &str| ack.and_then(|ack| ack.get(name)).cloned();
        let token = field("body.resume_token_block").unwrap_or_else(|| json!("00"));
        (field("session_id").unwrap_or_else(|| json!(1)), token)
    }

    fn migration(&mut self) {
        self.fresh(Setup { grace_window_ms: 50, ..Setup::default() });
        self.open(1);
        self.submit(1, 1);
        let (session, token) = self.granted();
        self.connect();
        self.frame(json!({"frame": "SESSION_MIGRATE", "session": session, "token": token}));
        self.pass(200);
    }
}
