//! Two peers and the queues between them: `step` moves time, `drive` delivers until nobody has
//! anything to say, `check` compares what a peer has reported since the last look.

use std::collections::VecDeque;
use wireproof_base::{
    Carrier, ConnId, Duration, Endpoint, Input, Instant, Op, Outbox, Seed, StreamId,
};
use wireproof_machine::nnrp::{Client, Server};
use wireproof_wire::nnrp::command::{Close, Hello, Open, Push, Setup, Submit};
use wireproof_wire::nnrp::framing::{Split, split};
use wireproof_wire::nnrp::{Command, Event, Frame, MessageType};

/// Which peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

enum Item {
    Bytes(StreamId, Vec<u8>),
    End,
}

pub struct Pair {
    pub now: Instant,
    client: Client,
    server: Server,
    /// What travels towards each peer, per connection.
    towards: [VecDeque<(ConnId, Item)>; 2],
    events: [Vec<Event>; 2],
    /// Every packet that was sent, in order.
    pub sent: Vec<(Side, ConnId, Vec<u8>)>,
    alive: Vec<[bool; 2]>,
    out: Outbox<Event>,
    /// Bytes go in one at a time.
    pub bytewise: bool,
}

impl Pair {
    pub fn new(client: Setup, server: Setup) -> Self {
        Self {
            now: Instant::ZERO,
            client: Client::new(&client, Seed(1)),
            server: Server::new(&server, Seed(2)),
            towards: [VecDeque::new(), VecDeque::new()],
            events: [Vec::new(), Vec::new()],
            sent: Vec::new(),
            alive: Vec::new(),
            out: Outbox::default(),
            bytewise: false,
        }
    }

    /// Connected, negotiated, one session with tag 1 and these flags; no events left over.
    pub fn open(server: Setup, flags: u8) -> Self {
        let mut pair = Self::ready(server);
        pair.client(Command::Open(Open { flags, ..Open::default() }));
        pair.drive();
        pair.forget();
        pair
    }

    /// Connected and negotiated.
    pub fn ready(server: Setup) -> Self {
        let mut pair = Self::new(Setup::default(), server);
        pair.connect(Carrier::Stream);
        pair.hello(0);
        pair.forget();
        pair
    }

    pub fn hello(&mut self, conn: u32) {
        self.client(Command::Hello(Hello { conn: ConnId(conn), ..Hello::default() }));
        self.drive();
    }

    pub fn connect(&mut self, carrier: Carrier) -> ConnId {
        let conn = ConnId(self.alive.len() as u32);
        self.alive.push([true; 2]);
        self.input(Side::Client, Input::Connected { conn, carrier });
        self.input(Side::Server, Input::Connected { conn, carrier });
        conn
    }

    pub fn client(&mut self, command: Command) {
        self.input(Side::Client, Input::Command(&command));
    }

    pub fn server(&mut self, command: Command) {
        self.input(Side::Server, Input::Command(&command));
    }

    pub fn submit(&mut self, session: u32) {
        self.client(Command::Submit(Submit { session, ..Submit::default() }));
    }

    pub fn push(&mut self, session: u32, frame: u32) {
        self.server(Command::Push(Push { session, frame, ..Push::default() }));
    }

    pub fn close(&mut self, by: Side, session: u32, drain_timeout_ms: u32) {
        let close = Close { session, drain_timeout_ms, ..Close::default() };
        self.input(by, Input::Command(&Command::Close(close)));
    }

    fn input(&mut self, side: Side, input: Input<'_, Command>) {
        match side {
            Side::Client => self.client.handle(self.now, input, &mut self.out),
            Side::Server => self.server.handle(self.now, input, &mut self.out),
        }
        let ops: Vec<Op<Event>> = self.out.ops().to_vec();
        for op in ops {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = self.out.bytes(start, end).to_vec();
                    self.sent.push((side, conn, bytes.clone()));
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
        while self.deliver(Side::Client) | self.deliver(Side::Server) {}
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

    /// Hands raw bytes to a peer, as if the other had sent them.
    pub fn inject(&mut self, towards: Side, conn: u32, bytes: &[u8]) {
        let (conn, stream) = (ConnId(conn), StreamId::CONTROL);
        self.input(towards, Input::Bytes { conn, stream, bytes });
    }

    /// Hands one frame to a peer, as if the other had sent it.
    pub fn inject_frame(&mut self, towards: Side, frame: &Frame<'_>) {
        self.inject(towards, 0, &frame.to_vec());
    }

    /// Throws away what travels.
    pub fn lose_everything(&mut self) {
        self.towards = [VecDeque::new(), VecDeque::new()];
    }

    /// Takes what travels towards `side` on one connection out of the queue.
    pub fn take_towards(&mut self, side: Side, conn: ConnId) -> Vec<Vec<u8>> {
        let queue = &mut self.towards[side as usize];
        let (taken, rest): (VecDeque<_>, _) = queue.drain(..).partition(|(of, _)| *of == conn);
        *queue = rest;
        let bytes = taken.into_iter().filter_map(|(_, item)| match item {
            Item::Bytes(_, bytes) => Some(bytes),
            Item::End => None,
        });
        bytes.collect()
    }

    /// Both peers as new, on memory that has been used.
    pub fn reset(&mut self, client: &Setup, server: &Setup) {
        self.client.reset(client, Seed(1));
        self.server.reset(server, Seed(2));
        self.lose_everything();
        self.alive.clear();
        self.forget();
        self.now = Instant::ZERO;
    }

    /// Throws away what travels on a connection, and tells both that it is gone.
    pub fn kill(&mut self, conn: u32) {
        let conn = ConnId(conn);
        for queue in &mut self.towards {
            queue.retain(|(of, _)| *of != conn);
        }
        for side in [Side::Client, Side::Server] {
            if core::mem::replace(&mut self.alive[conn.0 as usize][side as usize], false) {
                self.input(side, Input::Disconnected { conn });
            }
        }
    }

    /// Moves time by `ms`, waking each peer when it asked to be, and delivers.
    pub fn step(&mut self, ms: u64) {
        self.step_nanos(Duration::from_millis(ms).as_nanos());
    }

    pub fn step_nanos(&mut self, nanos: u64) {
        let end = self.now + Duration::from_nanos(nanos);
        loop {
            let wakes = [self.client.poll_timeout(), self.server.poll_timeout()];
            let Some(next) = wakes.into_iter().flatten().min().filter(|at| *at <= end) else {
                break;
            };
            self.now = self.now.max(next);
            for side in [Side::Client, Side::Server] {
                if wakes[side as usize].is_some_and(|at| at <= self.now) {
                    self.input(side, Input::Timeout);
                }
            }
            self.drive();
        }
        self.now = end;
    }

    pub fn wakes(&self) -> [Option<Instant>; 2] {
        [self.client.poll_timeout(), self.server.poll_timeout()]
    }

    /// What a peer has reported since the last look.
    pub fn take(&mut self, side: Side) -> Vec<Event> {
        core::mem::take(&mut self.events[side as usize])
    }

    /// Compares what a peer has reported since the last look.
    #[track_caller]
    pub fn check(&mut self, side: Side, expected: &[Event]) {
        assert_eq!(self.take(side), expected, "events of {side:?}");
    }

    /// Forgets events and packets so far.
    pub fn forget(&mut self) {
        self.events = [Vec::new(), Vec::new()];
        self.sent.clear();
    }

    /// Types of the packets that `side` has sent since the last `forget`.
    pub fn kinds(&self, side: Side) -> Vec<MessageType> {
        self.frames(side, |frame| frame.kind())
    }

    /// Something of every packet that `side` has sent since the last `forget`.
    pub fn frames<T>(&self, side: Side, of: impl Fn(&Frame<'_>) -> T) -> Vec<T> {
        let own = self.sent.iter().filter(|(by, ..)| *by == side);
        own.map(|(_, _, bytes)| {
            assert_eq!(split(bytes, u32::MAX), Ok(Split::Packet(bytes.len())), "one packet a send");
            of(&Frame::decode(bytes).expect("the reference sends well-formed packets"))
        })
        .collect()
    }
}
