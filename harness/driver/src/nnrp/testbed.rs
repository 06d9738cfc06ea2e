//! A calm little world for tests of this crate: two drivers, one millisecond between them.

use super::Traffic;
use crate::{Action, Driver, Workload};
use serde_json::json;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use wireproof_base::{Carrier, ConnId, Duration, Input, Instant, Op, Outbox, Role, Seed, StreamId};
use wireproof_wire::nnrp::command::{Hello, Migrate, Open, Push, Setup, Submit};
use wireproof_wire::nnrp::{Command, Event, Nnrp};

pub type Sut = Box<dyn Driver<Nnrp>>;

/// What crossed a boundary, in words.
pub type Story = Vec<String>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Arrival {
    Bytes(ConnId, StreamId, Vec<u8>),
    End(ConnId),
}

/// Two endpoints and the packets under way.
pub struct World {
    nodes: [Sut; 2],
    flying: BinaryHeap<Reverse<(Instant, u64, usize, Arrival)>>,
    sent: u64,
    gone: Vec<ConnId>,
    now: Instant,
    story: Story,
    told: Vec<(Role, Event)>,
}

const DELAY: Duration = Duration::from_millis(1);

fn role(node: usize) -> Role {
    if node == 0 { Role::Client } else { Role::Server }
}

impl World {
    pub fn new(client: Sut, server: Sut) -> Self {
        Self {
            nodes: [client, server],
            flying: BinaryHeap::new(),
            sent: 0,
            gone: Vec::new(),
            now: Instant::ZERO,
            story: Vec::new(),
            told: Vec::new(),
        }
    }

    fn start(&mut self, seed: u64) {
        self.flying.clear();
        self.gone.clear();
        self.told.clear();
        self.now = Instant::ZERO;
        for node in 0..2 {
            let setup = Setup { role: role(node), ..Setup::default() };
            self.nodes[node].start(&setup, Seed(seed)).expect("a start");
        }
    }

    fn give(&mut self, node: usize, input: Input<'_, Command>) {
        let mut out = Outbox::default();
        self.nodes[node].step(self.now, input, &mut out).expect("a step");
        let timer = self.nodes[node].poll_timeout();
        self.story.push(format!("{} {} wakes at {timer:?}", self.now, role(node)));
        for op in out.ops() {
            self.story.push(match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = out.bytes(*start, *end);
                    format!(
                        "{} {} {conn}/{} {}",
                        self.now,
                        role(node),
                        stream.0,
                        crate::hex::encode(bytes)
                    )
                }
                other => format!("{} {} {other:?}", self.now, role(node)),
            });
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = out.bytes(*start, *end).to_vec();
                    self.fly(1 - node, Arrival::Bytes(*conn, *stream, bytes));
                }
                Op::Event(event) => self.told.push((role(node), *event)),
                Op::Shutdown { conn } => self.fly(1 - node, Arrival::End(*conn)),
            }
        }
    }

    fn fly(&mut self, node: usize, arrival: Arrival) {
        self.sent += 1;
        self.flying.push(Reverse((self.now + DELAY, self.sent, node, arrival)));
    }

    fn act(&mut self, action: Action<Nnrp>, conns: &mut u32) {
        match action {
            Action::Connect { carrier } => {
                let conn = ConnId(*conns);
                *conns += 1;
                for node in 0..2 {
                    self.give(node, Input::Connected { conn, carrier });
                }
            }
            Action::Kill { conn } => {
                self.gone.push(conn);
                for node in 0..2 {
                    self.give(node, Input::Disconnected { conn });
                }
            }
            Action::Command { node, command } => {
                self.story.push(format!("{} to {node}: {command:?}", self.now));
                self.give(usize::from(node == Role::Server), Input::Command(&command));
            }
            Action::Wait { .. } | Action::Done => {}
        }
    }

    fn arrive(&mut self, node: usize, arrival: Arrival) {
        match arrival {
            Arrival::Bytes(conn, stream, bytes) if !self.gone.contains(&conn) => {
                self.give(node, Input::Bytes { conn, stream, bytes: &bytes });
            }
            Arrival::End(conn) if !self.gone.contains(&conn) => {
                self.gone.push(conn);
                self.give(node, Input::Disconnected { conn });
            }
            _ => {}
        }
    }

    /// Plays generated traffic to its end.
    pub fn traffic(&mut self, seed: u64) -> Story {
        self.play(seed).unwrap_or_else(|| panic!("seed {seed} does not end"))
    }

    /// The same; nothing if there is no end.
    pub fn play(&mut self, seed: u64) -> Option<Story> {
        let mut traffic = Traffic::default();
        traffic.configure(&json!({"kills": 2, "patches": 10}), Seed(seed)).expect("settings");
        self.start(seed);
        let mut conns = 0;
        for _ in 0..20_000 {
            for (node, event) in std::mem::take(&mut self.told) {
                traffic.observe(self.now, node, &event);
            }
            let wanted = match traffic.next(self.now) {
                Action::Done => return Some(std::mem::take(&mut self.story)),
                Action::Wait { until } => until,
                action => {
                    self.act(action, &mut conns);
                    continue;
                }
            };
            self.advance(wanted);
        }
        None
    }

    /// Moves a session to another connection, with its result pushed long after.
    pub fn migration(&mut self) -> Story {
        use Carrier::{Multistream, Stream};
        use Role::{Client, Server};
        use wireproof_wire::nnrp::session::ALLOW_RESUME;
        self.start(0);
        let mut conns = 0;
        let session = 1;
        let (old, conn) = (ConnId(0), ConnId(1));
        let open = Open { flags: ALLOW_RESUME, ..Open::default() };
        let steps = [
            (Client, Command::Hello(Hello { conn: old, ..Hello::default() })),
            (Client, Command::Open(open)),
            (Client, Command::Submit(Submit { session, frame: 1, ..Submit::default() })),
            (Client, Command::Hello(Hello { conn, ..Hello::default() })),
            (Client, Command::Migrate(Migrate { session, conn })),
            (Server, Command::Push(Push { session, frame: 1, ..Push::default() })),
        ];
        for carrier in [Stream, Multistream] {
            self.act(Action::Connect { carrier }, &mut conns);
        }
        for (node, command) in steps {
            self.act(Action::Command { node, command }, &mut conns);
            let rest = self.now + DELAY.times(1_000);
            while self.now < rest {
                self.advance(rest);
            }
        }
        std::mem::take(&mut self.story)
    }

    /// To the next thing that happens, but no further than `wanted`.
    fn advance(&mut self, wanted: Instant) {
        let timers = [self.nodes[0].poll_timeout(), self.nodes[1].poll_timeout()];
        let arrival = self.flying.peek().map(|Reverse((at, ..))| *at);
        let next = timers.into_iter().chain([arrival]).flatten().fold(wanted, Instant::min);
        self.now = self.now.max(next);
        if arrival.is_some_and(|at| at <= self.now) {
            if let Some(Reverse((_, _, node, arrival))) = self.flying.pop() {
                self.arrive(node, arrival);
            }
            return;
        }
        for (node, timer) in timers.into_iter().enumerate() {
            if timer.is_some_and(|at| at <= self.now) {
                self.give(node, Input::Timeout);
            }
        }
    }
}
