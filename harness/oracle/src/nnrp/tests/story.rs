//! A trace written by hand: two nodes, what they say, and what the judge makes of it.

use super::frames::*;
use crate::nnrp::Judge;
use alloc::vec::Vec;
use wireproof_base::Judge as _;
use wireproof_base::{
    Carrier, ConnId, Crossing, Duration, Finding, Instant, NodeId, Record, Role, StreamId,
};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::{Command, Event};

/// The client.
pub(super) const C: Role = Role::Client;
/// The server.
pub(super) const S: Role = Role::Server;

/// A run as it is told. Connection 0 stands from the start; `on` picks another.
pub(super) struct Story {
    /// The judge.
    pub judge: Judge,
    /// What it has found.
    pub findings: Vec<Finding>,
    /// The connection things happen on.
    pub on: u32,
    carrier: Carrier,
    at: Instant,
    index: u32,
}

impl Story {
    pub fn new() -> Self {
        Self::over(Carrier::Stream)
    }

    pub fn over(carrier: Carrier) -> Self {
        let mut judge = Judge::default();
        judge.reset(carrier, &[C, S]);
        let findings = Vec::new();
        let mut story = Self { judge, findings, on: 0, carrier, at: Instant::ZERO, index: 0 };
        story.connect(0);
        story
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
        let (conn, carrier) = (ConnId(conn), self.carrier);
        self.record(C, Crossing::Connected { conn, carrier });
        self.record(S, Crossing::Connected { conn, carrier });
        self
    }

    /// What follows happens on this connection, which is up already.
    pub fn on(&mut self, conn: u32) -> &mut Self {
        self.on = conn;
        self
    }

    pub fn sends(&mut self, who: Role, msg: &Msg) -> &mut Self {
        self.raw(who, true, msg.bytes())
    }

    pub fn gets(&mut self, who: Role, msg: &Msg) -> &mut Self {
        self.raw(who, false, msg.bytes())
    }

    pub fn raw(&mut self, who: Role, sent: bool, bytes: &[u8]) -> &mut Self {
        let (conn, stream) = (ConnId(self.on), StreamId::CONTROL);
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

    /// The judge is told how `who` is configured.
    pub fn judge_setup(&mut self, who: Role, setup: &Setup) {
        self.judge.setup(NodeId(u8::from(who == S)), setup);
    }

    pub fn wait(&mut self, ms: u64) -> &mut Self {
        self.at += Duration::from_millis(ms);
        self
    }

    /// The connection is lost to both.
    pub fn lose(&mut self) -> &mut Self {
        let conn = ConnId(self.on);
        self.record(C, Crossing::Disconnected { conn });
        self.record(S, Crossing::Disconnected { conn });
        self
    }

    pub fn shutdown(&mut self, who: Role) -> &mut Self {
        let conn = ConnId(self.on);
        self.record(who, Crossing::Shutdown { conn });
        self.record(who.peer(), Crossing::Disconnected { conn });
        self
    }

    /// A hello exchange that succeeds.
    pub fn hello(&mut self) -> &mut Self {
        let conn = ConnId(self.on);
        self.say(C, hello()).say(S, hello_ack());
        self.event(C, Event::Ready { conn })
    }

    /// Hello and one session with credit 2 and maximum 3.
    pub fn session(&mut self, session: u32) -> &mut Self {
        self.hello().open(session)
    }

    pub fn open(&mut self, session: u32) -> &mut Self {
        self.say(C, open()).say(S, open_ack(session)).opened(session, false)
    }

    pub fn opened(&mut self, session: u32, resumed: bool) -> &mut Self {
        let conn = ConnId(self.on);
        let (tag, credit, max_in_flight) = (1, 2, 3);
        self.event(C, Event::Opened { conn, tag, session, resumed, credit, max_in_flight })
    }

    /// The connection is lost and the session resumed on the next one with its first token.
    pub fn resume(&mut self, session: u32) -> &mut Self {
        let next = self.on + 1;
        self.lose().connect(next).hello();
        self.say(C, reopen(session, session, 1)).say(S, resumed(session, 2)).opened(session, true)
    }

    pub fn submit(&mut self, session: u32, frame: u32) -> &mut Self {
        self.submit_as(submit(session, frame), session, frame)
    }

    pub fn submit_as(&mut self, msg: Msg, session: u32, frame: u32) -> &mut Self {
        self.say(C, msg).submitted(session, frame)
    }

    pub fn submitted(&mut self, session: u32, frame: u32) -> &mut Self {
        let (bytes, digest) = (6, hash(b"prompt"));
        self.event(S, Event::Submitted { session, lane: 0, frame, bytes, digest })
    }

    pub fn result_event(&mut self, session: u32, frame: u32, payload: &[u8]) -> &mut Self {
        let (bytes, digest) = (payload.len() as u32, hash(payload));
        let terminal = true;
        let (lane, class, status) = (0, 0, 0);
        let event = Event::Result { session, lane, frame, terminal, class, status, bytes, digest };
        self.event(C, event)
    }

    pub fn ended(&mut self, who: Role, session: u32, frame: u32, outcome: Outcome) -> &mut Self {
        self.event(who, Event::Ended { session, lane: 0, frame, outcome })
    }

    /// A partial result, as both applications see it.
    pub fn partial(&mut self, session: u32, frame: u32) -> &mut Self {
        self.say(S, partial(session, frame));
        let (bytes, digest) = (3, hash(b"tok"));
        let (lane, terminal, class, status) = (0, false, 1, 0);
        let event = Event::Result { session, lane, frame, terminal, class, status, bytes, digest };
        self.event(C, event)
    }

    /// A whole result, as both applications see it.
    pub fn result(&mut self, session: u32, frame: u32) -> &mut Self {
        self.say(S, push(session, frame));
        self.result_event(session, frame, b"token");
        self.ended(C, session, frame, Outcome::Completed)
    }

    /// Whatever was found, after everything is due.
    pub fn end(mut self) -> Vec<Finding> {
        self.judge.finish(self.at, true, &mut self.findings);
        self.findings
    }
}
