//! Two endpoints and the carriers between them.

use super::super::Traffic;
use crate::ncp::Reference;
use crate::{Action, Driver, Workload};
use serde_json::Value;
use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Duration, Input, Instant, Op, Outbox, Role, Seed, StreamId};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::{Command, Event, Ncp};

/// What was commanded and reported.
#[derive(Default)]
pub struct Played {
    pub seed: u64,
    pub commands: Vec<(Role, Command)>,
    pub events: Vec<(Role, Event)>,
    pub sent: Vec<(Role, ConnId, StreamId, Vec<u8>)>,
}

type Nodes = [Box<dyn Driver<Ncp>>; 2];

/// On its way to a side.
enum Parcel {
    Connected(Carrier),
    Bytes(StreamId, Vec<u8>),
    Gone,
}

struct World {
    now: Instant,
    delay: Duration,
    nodes: Nodes,
    /// By time and order of sending.
    under_way: BTreeMap<(Instant, u64), (Role, ConnId, Parcel)>,
    sent: u64,
    open: BTreeMap<ConnId, [bool; 2]>,
    connections: u32,
    traffic: Traffic,
    asked_at: Option<Instant>,
    played: Played,
}

const fn index(role: Role) -> usize {
    match role {
        Role::Client => 0,
        Role::Server => 1,
    }
}

/// Plays to the end between two references.
pub fn play(config: Value, seed: u64, setup: &Setup, delay_us: u64) -> Played {
    let nodes: Nodes = [Box::new(Reference::new()), Box::new(Reference::new())];
    play_with(nodes, config, seed, setup, delay_us)
}

/// Plays to the end between an Agent and a Node.
pub fn play_with(
    mut nodes: Nodes,
    config: Value,
    seed: u64,
    setup: &Setup,
    delay_us: u64,
) -> Played {
    for (node, role) in nodes.iter_mut().zip([Role::Client, Role::Server]) {
        node.start(&Setup { role, ..setup.clone() }, Seed(seed)).expect("always there");
    }
    let mut traffic = Traffic::default();
    traffic.configure(&config, Seed(seed)).expect("settings");
    let mut world = World {
        now: Instant::ZERO,
        delay: Duration::from_micros(delay_us),
        nodes,
        under_way: BTreeMap::new(),
        sent: 0,
        open: BTreeMap::new(),
        connections: 0,
        traffic,
        asked_at: Some(Instant::ZERO),
        played: Played { seed, ..Played::default() },
    };
    world.run();
    world.played
}

impl World {
    fn run(&mut self) {
        for _ in 0..1_000_000 {
            self.ask();
            if self.asked_at.is_none() {
                return;
            }
            let timers = self.nodes.iter_mut().filter_map(|node| node.poll_timeout());
            let next = timers.chain(self.asked_at).chain(self.under_way.keys().map(|key| key.0));
            let Some(next) = next.min() else { return };
            self.now = self.now.max(next);
            while let Some(entry) = self.under_way.first_entry() {
                if entry.key().0 > self.now {
                    break;
                }
                let (role, conn, parcel) = entry.remove();
                self.deliver(role, conn, parcel);
            }
            for role in [Role::Client, Role::Server] {
                let due = self.nodes[index(role)].poll_timeout();
                if due.is_some_and(|due| due <= self.now) {
                    self.step(role, Input::Timeout);
                }
            }
        }
        panic!("seed {}: never done", self.played.seed);
    }

    fn ask(&mut self) {
        while self.asked_at.is_some_and(|at| at <= self.now) {
            match self.traffic.next(self.now) {
                Action::Connect { carrier } => {
                    let conn = ConnId(self.connections);
                    self.connections += 1;
                    self.open.insert(conn, [true; 2]);
                    for role in [Role::Client, Role::Server] {
                        self.deliver(role, conn, Parcel::Connected(carrier));
                    }
                }
                Action::Kill { conn } => {
                    for role in [Role::Client, Role::Server] {
                        self.deliver(role, conn, Parcel::Gone);
                    }
                }
                Action::Command { node, command } => {
                    self.step(node, Input::Command(&command));
                    self.played.commands.push((node, command));
                }
                Action::Wait { until } => self.asked_at = Some(until),
                Action::Done => self.asked_at = None,
            }
        }
    }

    fn deliver(&mut self, role: Role, conn: ConnId, parcel: Parcel) {
        let open = self.open.get(&conn).is_some_and(|open| open[index(role)]);
        if !open {
            return;
        }
        match parcel {
            Parcel::Connected(carrier) => self.step(role, Input::Connected { conn, carrier }),
            Parcel::Bytes(stream, bytes) => {
                self.step(role, Input::Bytes { conn, stream, bytes: &bytes });
            }
            Parcel::Gone => {
                self.close(role, conn);
                self.step(role, Input::Disconnected { conn });
            }
        }
    }

    fn close(&mut self, role: Role, conn: ConnId) {
        if let Some(open) = self.open.get_mut(&conn) {
            open[index(role)] = false;
        }
    }

    fn step(&mut self, role: Role, input: Input<'_, Command>) {
        let mut out: Outbox<Event> = Outbox::default();
        let node = &mut self.nodes[index(role)];
        node.step(self.now, input, &mut out).expect("a step");
        for op in out.ops() {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = out.bytes(*start, *end).to_vec();
                    self.played.sent.push((role, *conn, *stream, bytes.clone()));
                    self.send(role.peer(), *conn, Parcel::Bytes(*stream, bytes));
                }
                Op::Shutdown { conn } => {
                    self.close(role, *conn);
                    self.send(role.peer(), *conn, Parcel::Gone);
                }
                Op::Event(event) => {
                    self.traffic.observe(self.now, role, event);
                    self.asked_at = self.asked_at.map(|_| self.now);
                    self.played.events.push((role, event.clone()));
                }
            }
        }
    }

    fn send(&mut self, to: Role, conn: ConnId, parcel: Parcel) {
        self.sent += 1;
        self.under_way.insert((self.now + self.delay, self.sent), (to, conn, parcel));
    }
}
