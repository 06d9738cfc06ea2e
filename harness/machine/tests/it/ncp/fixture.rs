//! An Agent, a Node, and the queues between them: `step` moves time, `drive` delivers until nobody
//! has anything to say, `check` compares what a side has reported since the last look.

mod values;

pub use values::*;

use std::collections::VecDeque;
use wireproof_base::{
    Carrier, ConnId, Duration, Endpoint, Input, Instant, Op, Outbox, Seed, StreamId,
};
use wireproof_machine::ncp::{Agent, Node};
use wireproof_wire::ncp::command::{
    Answer, Open, Publish, Query, Refuse, Setup, Subscribe, Target, Tier,
};
use wireproof_wire::ncp::frame::{self, Frame};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::{Command, Event};

/// Which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Agent,
    Node,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Agent => Self::Node,
            Self::Node => Self::Agent,
        }
    }
}

enum Item {
    Bytes(StreamId, Vec<u8>),
    End,
}

/// A frame on the wire: by whom, on which byte stream, and its bytes.
pub type Sent = (Side, StreamId, Vec<u8>);

pub struct Pair {
    pub now: Instant,
    agent: Agent,
    node: Node,
    /// What travels towards each side, per connection.
    towards: [VecDeque<(ConnId, Item)>; 2],
    events: [Vec<Event>; 2],
    /// Every frame that was sent, in order.
    pub sent: Vec<Sent>,
    alive: Vec<[bool; 2]>,
    out: Outbox<Event>,
    /// Bytes go in one at a time.
    pub bytewise: bool,
}

/// Connection 0.
pub const CONN: ConnId = ConnId(0);
/// Streams and requests.
pub const S1: &str = "11111111-1111-4111-8111-111111111111";
pub const S2: &str = "22222222-2222-4222-8222-222222222222";
pub const S3: &str = "33333333-3333-4333-8333-333333333333";

impl Pair {
    pub fn new(agent: Setup, node: Setup) -> Self {
        Self {
            now: Instant::ZERO,
            agent: Agent::new(&agent, Seed(1)),
            node: Node::new(&node, Seed(2)),
            towards: [VecDeque::new(), VecDeque::new()],
            events: [Vec::new(), Vec::new()],
            sent: Vec::new(),
            alive: Vec::new(),
            out: Outbox::default(),
            bytewise: false,
        }
    }

    /// Two sides with the same setup, connected and agreed; nothing left to look at.
    pub fn ready(setup: Setup) -> Self {
        Self::ready_on(Carrier::Stream, setup.clone(), setup)
    }

    pub fn ready_on(carrier: Carrier, agent: Setup, node: Setup) -> Self {
        let mut pair = Self::new(agent, node);
        pair.connect(carrier);
        pair.hello(0);
        for side in [Side::Agent, Side::Node] {
            assert!(matches!(pair.take(side)[..], [Event::Ready { .. }]), "{side:?}");
        }
        pair.forget();
        pair
    }

    /// The same, with the product schema at the Node.
    pub fn with_schema(setup: Setup) -> Self {
        let mut pair = Self::ready(setup);
        pair.node(Command::Publish(Publish { schema: product(), ..Publish::default() }));
        pair.check(Side::Node, &[]);
        pair
    }

    /// The same, with the schema at the Agent too.
    pub fn with_cached_schema(setup: Setup) -> Self {
        let mut pair = Self::with_schema(setup);
        pair.push_schema(&product_id(), None);
        pair.forget();
        pair
    }

    pub fn push_schema(&mut self, anchor_ref: &str, ttl: Option<u32>) {
        let push = wireproof_wire::ncp::command::Push {
            anchor_ref: anchor_ref.into(),
            ttl,
            ..Default::default()
        };
        self.node(Command::Push(push));
        self.drive();
    }

    pub fn connect(&mut self, carrier: Carrier) -> ConnId {
        let conn = ConnId(self.alive.len() as u32);
        self.alive.push([true; 2]);
        self.input(Side::Agent, Input::Connected { conn, carrier });
        self.input(Side::Node, Input::Connected { conn, carrier });
        conn
    }

    pub fn hello(&mut self, conn: u32) {
        self.agent(Command::Hello(Target { conn: ConnId(conn) }));
        self.drive();
    }

    pub fn agent(&mut self, command: Command) {
        self.input(Side::Agent, Input::Command(&command));
    }

    pub fn node(&mut self, command: Command) {
        self.input(Side::Node, Input::Command(&command));
    }

    pub fn command(&mut self, side: Side, command: Command) {
        self.input(side, Input::Command(&command));
    }

    pub fn query(&mut self, query: Query) {
        self.agent(Command::Query(query));
        self.drive();
    }

    pub fn subscribe(&mut self, subscribe: Subscribe) {
        self.agent(Command::Subscribe(subscribe));
        self.drive();
    }

    pub fn answer(&mut self, answer: Answer) {
        self.node(Command::Answer(answer));
        self.drive();
    }

    pub fn refuse(&mut self, error: &str) {
        self.node(Command::Refuse(Refuse { error: error.into(), ..Refuse::default() }));
        self.drive();
    }

    pub fn open(&mut self, side: Side, open: Open) {
        self.command(side, Command::Open(open));
        self.drive();
    }

    fn input(&mut self, side: Side, input: Input<'_, Command>) {
        match side {
            Side::Agent => self.agent.handle(self.now, input, &mut self.out),
            Side::Node => self.node.handle(self.now, input, &mut self.out),
        }
        let ops: Vec<Op<Event>> = self.out.ops().to_vec();
        for op in ops {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = self.out.bytes(start, end).to_vec();
                    self.sent.push((side, stream, bytes.clone()));
                    let item = (conn, Item::Bytes(stream, bytes));
                    self.towards[side.other() as usize].push_back(item);
                }
                Op::Event(event) => self.events[side as usize].push(event),
                Op::Shutdown { conn } => {
                    self.towards[side.other() as usize].push_back((conn, Item::End));
                    self.towards[side as usize].push_back((conn, Item::End));
                }
            }
        }
        self.out.clear();
    }

    /// Delivers everything, and what comes of it, without moving time.
    pub fn drive(&mut self) {
        while self.deliver(Side::Agent) | self.deliver(Side::Node) {}
    }

    /// Delivers what travels towards `side`; `false` if there was nothing.
    pub fn deliver(&mut self, side: Side) -> bool {
        let Some((conn, item)) = self.towards[side as usize].pop_front() else { return false };
        if !self.alive[conn.0 as usize][side as usize] {
            return true;
        }
        match item {
            Item::Bytes(stream, bytes) if self.bytewise => {
                for byte in bytes.chunks(1) {
                    self.input(side, Input::Bytes { conn, stream, bytes: byte });
                }
            }
            Item::Bytes(stream, bytes) => {
                self.input(side, Input::Bytes { conn, stream, bytes: &bytes });
            }
            Item::End => {
                self.alive[conn.0 as usize][side as usize] = false;
                self.input(side, Input::Disconnected { conn });
            }
        }
        true
    }

    /// Lets the last of what travels towards `side` overtake everything before it.
    pub fn overtake(&mut self, side: Side) {
        let queue = &mut self.towards[side as usize];
        if let Some(last) = queue.pop_back() {
            queue.push_front(last);
        }
    }

    /// Hands raw bytes to a side, as if the other had sent them.
    pub fn inject(&mut self, towards: Side, bytes: &[u8]) {
        self.inject_on(towards, StreamId::CONTROL, bytes);
    }

    pub fn inject_on(&mut self, towards: Side, stream: StreamId, bytes: &[u8]) {
        self.input(towards, Input::Bytes { conn: CONN, stream, bytes });
        self.drive();
    }

    /// Hands a Tier-1 frame to a side, as if the other had sent it.
    pub fn inject_frame(&mut self, towards: Side, kind: FrameType, members: &str) {
        self.inject(towards, &raw(kind, Tier::Json, members));
    }

    /// Throws away what travels.
    pub fn lose_everything(&mut self) {
        self.towards = [VecDeque::new(), VecDeque::new()];
    }

    /// Throws away what travels on a connection, and tells both that it is gone.
    pub fn kill(&mut self, conn: u32) {
        let conn = ConnId(conn);
        for queue in &mut self.towards {
            queue.retain(|(of, _)| *of != conn);
        }
        for side in [Side::Agent, Side::Node] {
            if core::mem::replace(&mut self.alive[conn.0 as usize][side as usize], false) {
                self.input(side, Input::Disconnected { conn });
            }
        }
        self.drive();
    }

    /// Moves time by `ms`, waking each side when it asked to be, and delivers.
    pub fn step(&mut self, ms: u64) {
        self.step_nanos(Duration::from_millis(ms).as_nanos());
    }

    pub fn step_nanos(&mut self, nanos: u64) {
        let end = self.now + Duration::from_nanos(nanos);
        loop {
            let wakes = [self.agent.poll_timeout(), self.node.poll_timeout()];
            let Some(next) = wakes.into_iter().flatten().min().filter(|at| *at <= end) else {
                break;
            };
            self.now = self.now.max(next);
            for side in [Side::Agent, Side::Node] {
                if wakes[side as usize].is_some_and(|at| at <= self.now) {
                    self.input(side, Input::Timeout);
                }
            }
            self.drive();
        }
        self.now = end;
    }

    pub fn wakes(&self) -> [Option<Instant>; 2] {
        [self.agent.poll_timeout(), self.node.poll_timeout()]
    }

    pub fn is_alive(&self, conn: u32) -> bool {
        self.alive[conn as usize] == [true; 2]
    }

    /// What a side has reported since the last look.
    pub fn take(&mut self, side: Side) -> Vec<Event> {
        core::mem::take(&mut self.events[side as usize])
    }

    /// Compares what a side has reported since the last look.
    #[track_caller]
    pub fn check(&mut self, side: Side, expected: &[Event]) {
        assert_eq!(self.take(side), expected, "events of {side:?}");
    }

    /// Forgets events and frames so far.
    pub fn forget(&mut self) {
        self.events = [Vec::new(), Vec::new()];
        self.sent.clear();
    }

    /// The frames that `side` has sent since the last `forget`, which may not be sealed.
    pub fn frames(&self, side: Side) -> Vec<Frame> {
        let own = self.sent.iter().filter(|(by, ..)| *by == side);
        own.map(|(_, _, bytes)| {
            let (header, len) = Header::read(bytes).expect("whole frames are sent");
            assert_eq!(bytes.len(), len + header.len as usize, "one frame a send");
            let frame = frame::read(&header, &bytes[len..]).expect("frames are well formed");
            assert_eq!(header.is_final(), frame.is_final());
            frame
        })
        .collect()
    }

    /// Names of the frames that `side` has sent since the last `forget`.
    pub fn names(&self, side: Side) -> Vec<&'static str> {
        self.frames(side).iter().map(|frame| frame.kind().name()).collect()
    }

    /// The error codes that `side` has sent since the last `forget`.
    pub fn errors(&self, side: Side) -> Vec<String> {
        self.error_frames(side).into_iter().map(|error| error.error).collect()
    }

    pub fn error_frames(&self, side: Side) -> Vec<Error> {
        let errors = self.frames(side).into_iter().filter_map(|frame| match frame {
            Frame::Error(error) => Some(error),
            _ => None,
        });
        errors.collect()
    }
}
