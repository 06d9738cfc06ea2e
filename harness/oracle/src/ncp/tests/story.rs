//! A trace written by hand: two nodes, what they say, and what the judge makes of it.

use super::frames::*;
use crate::ncp::Judge;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_base::Judge as _;
use wireproof_base::{
    Carrier, ConnId, Crossing, Duration, Finding, Instant, NodeId, Record, Role, StreamId,
};
use wireproof_wire::ncp::command::{Chunk, Follow, Publish, Setup, Target, Tier, Withdraw};
use wireproof_wire::ncp::event::StreamEnd;
use wireproof_wire::ncp::{Command, Event, Value, anchor, digest};

/// The Agent.
pub(super) const C: Role = Role::Client;
/// The Node.
pub(super) const S: Role = Role::Server;

/// A run as it is told. Connection 0 stands from the start; `on` picks another.
pub(super) struct Story {
    /// The judge.
    pub judge: Judge,
    /// What it has found.
    pub findings: Vec<Finding>,
    /// The connection things happen on.
    pub on: u32,
    at: Instant,
    index: u32,
}

impl Story {
    pub fn new() -> Self {
        let mut judge = Judge::default();
        judge.reset(Carrier::Stream, &[C, S]);
        let findings = Vec::new();
        let mut story = Self { judge, findings, on: 0, at: Instant::ZERO, index: 0 };
        story.connect(0);
        for role in [C, S] {
            story.setup(role, |_| {});
        }
        story
    }

    /// The judge is told how `who` is set up.
    pub fn setup(&mut self, who: Role, change: impl FnOnce(&mut Setup)) -> &mut Self {
        let mut setup = Setup { role: who, ..Setup::default() };
        change(&mut setup);
        self.judge.setup(NodeId(u8::from(who == S)), &setup);
        self
    }

    pub fn record(&mut self, who: Role, what: Crossing<'_, Command, Event>) {
        let node = NodeId(u8::from(who == S));
        let record = Record { index: self.index, at: self.at, node, what };
        self.judge.observe(&record, &mut self.findings);
        self.index += 1;
    }

    /// Both ends of another connection; what follows happens on it.
    pub fn connect(&mut self, conn: u32) -> &mut Self {
        self.on = conn;
        let (conn, carrier) = (ConnId(conn), Carrier::Stream);
        self.record(C, Crossing::Connected { conn, carrier });
        self.record(S, Crossing::Connected { conn, carrier });
        self
    }

    pub fn conn(&self) -> ConnId {
        ConnId(self.on)
    }

    pub fn sends(&mut self, who: Role, msg: &Msg) -> &mut Self {
        self.raw(who, true, &msg.bytes())
    }

    pub fn gets(&mut self, who: Role, msg: &Msg) -> &mut Self {
        self.raw(who, false, &msg.bytes())
    }

    pub fn raw(&mut self, who: Role, sent: bool, bytes: &[u8]) -> &mut Self {
        let (conn, stream) = (self.conn(), StreamId::CONTROL);
        self.record(
            who,
            match sent {
                true => Crossing::Sent { conn, stream, bytes },
                false => Crossing::Received { conn, stream, bytes },
            },
        );
        self
    }

    /// Sent by one side and received by the other.
    pub fn say(&mut self, who: Role, msg: Msg) -> &mut Self {
        self.sends(who, &msg).gets(who.peer(), &msg)
    }

    pub fn event(&mut self, who: Role, event: Event) -> &mut Self {
        self.record(who, Crossing::Event(&event));
        self
    }

    pub fn command(&mut self, who: Role, command: Command) -> &mut Self {
        self.record(who, Crossing::Command(&command));
        self
    }

    /// A new input, so that what follows is a step of its own.
    pub fn tick(&mut self, who: Role) -> &mut Self {
        self.record(who, Crossing::Timeout);
        self
    }

    pub fn wait(&mut self, ms: u64) -> &mut Self {
        self.at += Duration::from_millis(ms);
        self
    }

    /// The connection is lost to both.
    pub fn lose(&mut self) -> &mut Self {
        let conn = self.conn();
        self.record(C, Crossing::Disconnected { conn });
        self.record(S, Crossing::Disconnected { conn });
        self
    }

    /// The connection is lost to one of them.
    pub fn gone(&mut self, who: Role) -> &mut Self {
        let conn = self.conn();
        self.record(who, Crossing::Disconnected { conn });
        self
    }

    pub fn shutdown(&mut self, who: Role) -> &mut Self {
        let conn = self.conn();
        self.record(who, Crossing::Shutdown { conn });
        self.record(who.peer(), Crossing::Disconnected { conn });
        self
    }

    pub fn close(&mut self, who: Role) -> &mut Self {
        let conn = self.conn();
        self.command(who, Command::Close(Target { conn })).shutdown(who)
    }

    /// A handshake that succeeds.
    pub fn hello(&mut self) -> &mut Self {
        self.say(C, hello()).say(S, reply()).ready(C).ready(S)
    }

    pub fn ready(&mut self, who: Role) -> &mut Self {
        let event = self.ready_event();
        self.event(who, event)
    }

    pub fn ready_event(&self) -> Event {
        Event::Ready {
            conn: self.conn(),
            version: "0.4".into(),
            encoding: Tier::Msgpack,
            max_frame_payload: 65_535,
            max_streams: 32,
            ext: false,
            algorithm: String::new(),
        }
    }

    /// A handshake, and the product schema published, pushed and cached.
    pub fn session(&mut self) -> &mut Self {
        self.hello().publish(&schema(), "").say(S, pushed()).anchored(A1, 3600)
    }

    /// The same with that many streams.
    pub fn narrow(&mut self, streams: u32) -> &mut Self {
        self.setup(S, |setup| setup.max_streams = streams);
        let record = agreement().with("max_concurrent_streams", v(streams));
        self.say(C, hello()).say(S, reply_of(record));
        self.publish(&schema(), "").say(S, pushed()).anchored(A1, 3600)
    }

    pub fn publish(&mut self, schema: &Value, replaces: &str) -> &mut Self {
        let publish =
            Publish { schema: schema.clone(), replaces: replaces.into(), ..Publish::default() };
        self.command(S, Command::Publish(publish))
    }

    pub fn withdraw(&mut self, reference: &str) -> &mut Self {
        self.command(S, Command::Withdraw(Withdraw { anchor_ref: reference.into() }))
    }

    pub fn anchored(&mut self, id: &str, ttl: u32) -> &mut Self {
        let (conn, anchor_ref) = (self.conn(), id.into());
        self.event(C, Event::Anchored { conn, anchor_ref, ttl })
    }

    pub fn opened(&mut self, who: Role, stream: &str) -> &mut Self {
        let event = Event::Opened {
            conn: self.conn(),
            stream_id: stream.into(),
            anchor_ref: A1.into(),
            request_id: String::new(),
        };
        self.event(who, event)
    }

    pub fn chunk_event(&mut self, who: Role, stream: &str, seq: u32) -> &mut Self {
        let (conn, stream_id) = (self.conn(), stream.into());
        let (count, digest) = (1, digest::records(&[product(u64::from(seq))]));
        self.event(who, Event::Chunk { conn, stream_id, seq, count, digest })
    }

    pub fn ended(&mut self, who: Role, stream: &str, outcome: StreamEnd) -> &mut Self {
        let (conn, stream_id, error) = (self.conn(), stream.into(), String::new());
        self.event(who, Event::Ended { conn, stream_id, outcome, error })
    }

    /// The Node opens a stream; its peer hands the first chunk on.
    pub fn open(&mut self, stream: &str) -> &mut Self {
        self.say(S, open(stream)).opened(C, stream).chunk_event(C, stream, 0)
    }

    /// The same with a window.
    pub fn open_with(&mut self, stream: &str, window: u32) -> &mut Self {
        self.say(S, open(stream).with("window_size", v(window)));
        self.opened(C, stream).chunk_event(C, stream, 0)
    }

    /// The next chunk of a stream of the Node, handed on.
    pub fn next(&mut self, stream: &str, seq: u32) -> &mut Self {
        self.say(S, chunk(stream, seq)).chunk_event(C, stream, seq)
    }

    /// The last one.
    pub fn last(&mut self, stream: &str, seq: u32) -> &mut Self {
        self.say(S, last(stream, seq)).chunk_event(C, stream, seq);
        self.ended(C, stream, StreamEnd::Complete).ended(S, stream, StreamEnd::Complete)
    }

    /// The Node wants a chunk sent.
    pub fn queue(&mut self, stream: &str) -> &mut Self {
        let stream_id = stream.into();
        self.command(S, Command::Chunk(Chunk { stream_id, ..Chunk::default() }))
    }

    /// The Agent asks, and the Node answers.
    pub fn query(&mut self) -> &mut Self {
        self.say(C, query()).say(S, caps()).answered(A1, true)
    }

    pub fn answered(&mut self, reference: &str, read: bool) -> &mut Self {
        let (conn, anchor_ref) = (self.conn(), reference.into());
        let (count, digest) = (1, digest::records(&[product(0)]));
        self.event(C, Event::Answered { conn, anchor_ref, count, digest, read })
    }

    /// The Agent follows an entity at version 0.
    pub fn follow(&mut self, entity: &str) -> &mut Self {
        let (conn, anchor_ref, entity) = (self.conn(), A1.into(), entity.into());
        let record = product(0);
        let follow = Follow { conn, anchor_ref, entity, version: 0, record };
        self.command(C, Command::Follow(follow))
    }

    pub fn applied(&mut self, entity: &str, version: u64, record: &Value) -> &mut Self {
        let (conn, stream_id, entity) = (self.conn(), String::new(), entity.into());
        let digest = digest::record(record);
        self.event(C, Event::Applied { conn, stream_id, entity, version, digest })
    }

    /// Whatever was found, after everything is due.
    pub fn end(mut self) -> Vec<Finding> {
        self.judge.finish(self.at, true, &mut self.findings);
        self.findings
    }

    /// The invariants that are broken at the end.
    pub fn found(self) -> Vec<&'static str> {
        self.end().iter().map(|finding| finding.invariant).collect()
    }
}

/// The identifier of a schema.
pub(super) fn id_of(schema: &Value) -> String {
    anchor::anchor_id(schema).expect("schemas of tests are plain")
}

/// A session in which the Agent is known by name.
pub(super) fn named(s: &mut Story) -> &mut Story {
    s.setup(S, |setup| setup.peer_nid = "urn:nps:agent:a.example:bob".into()).session()
}
