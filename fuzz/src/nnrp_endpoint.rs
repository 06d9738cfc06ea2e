//! One reference endpoint, fed with anything: packets of all kinds, loose bytes, commands, lost
//! connections, time.
//!
//! Input: a byte for the role and how far the endpoint has come before (nowhere, connected,
//! negotiated, with a session), a setup, then moves to the end.

use crate::command;
use crate::draw::Draw;
use crate::packet::Packet;
use wireproof_base::{
    Carrier, ConnId, Duration, Endpoint, Input, Instant, Op, Outbox, Role, Seed, StreamId,
};
use wireproof_machine::nnrp::{Client, Server};
use wireproof_sim::TraceHash;
use wireproof_wire::nnrp::command::{Hello, Open, Setup, Submit};
use wireproof_wire::nnrp::{Command, Event, Frame, Nnrp};

const CONN: ConnId = ConnId(0);
/// Moves in a run.
const MOVES: usize = 64;
/// What one input may set off. The longest story: an end of everything with every session full.
const OPS: usize = 1_000;
const BYTES: usize = 1 << 20;
/// Wakes at one instant.
const WAKES: usize = 100;

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    let first = draw.byte();
    let role = if first & 1 == 0 { Role::Client } else { Role::Server };
    let setup = command::setup(role, &mut draw);
    let carrier = match first >> 4 & 3 {
        1 => Carrier::Multistream,
        2 => Carrier::Datagram,
        _ => Carrier::Stream,
    };
    let start = Start { role, stage: first >> 1 & 3, carrier, setup };
    let moves = draw.rest();
    let mut any = Any::new(&start);
    let once = run(&mut any, &start, moves);
    any.reset(&start);
    let again = run(&mut any, &start, moves);
    assert_eq!(once, again, "an endpoint that was reset behaves like a new one");
}

struct Start {
    role: Role,
    stage: u8,
    carrier: Carrier,
    setup: Setup,
}

fn run(endpoint: &mut Any, start: &Start, moves: &[u8]) -> u64 {
    let mut bench = Bench { endpoint, now: Instant::ZERO, hash: TraceHash::new() };
    bench.warm_up(start);
    let mut draw = Draw::new(moves);
    let mut conns = 1;
    for _ in 0..MOVES {
        if draw.is_done() {
            break;
        }
        bench.play(start, &mut draw, &mut conns);
    }
    bench.pass(Duration::from_millis(100_000));
    bench.hash.value()
}

/// Either endpoint.
enum Any {
    Client(Box<Client>),
    Server(Box<Server>),
}

impl Any {
    fn new(start: &Start) -> Self {
        match start.role {
            Role::Client => Self::Client(Box::new(Client::new(&start.setup, Seed(1)))),
            Role::Server => Self::Server(Box::new(Server::new(&start.setup, Seed(1)))),
        }
    }

    fn reset(&mut self, start: &Start) {
        match self {
            Self::Client(client) => client.reset(&start.setup, Seed(1)),
            Self::Server(server) => server.reset(&start.setup, Seed(1)),
        }
    }

    fn port(&mut self) -> &mut dyn Endpoint<Nnrp> {
        match self {
            Self::Client(client) => &mut **client,
            Self::Server(server) => &mut **server,
        }
    }
}

struct Bench<'a> {
    endpoint: &'a mut Any,
    now: Instant,
    hash: TraceHash,
}

impl Bench<'_> {
    fn play(&mut self, start: &Start, draw: &mut Draw<'_>, conns: &mut u32) {
        match draw.byte() % 8 {
            0..=2 => {
                let packet = Packet::draw(draw).frame().to_vec();
                let (conn, stream) = place(start, draw);
                let (head, tail) = packet.split_at(draw.below(packet.len() + 1));
                // Two pieces of a stream; on datagrams, two packets that are cut short.
                for bytes in [head, tail].into_iter().filter(|bytes| !bytes.is_empty()) {
                    self.give(Input::Bytes { conn, stream, bytes });
                }
            }
            3 => {
                let (conn, stream) = place(start, draw);
                self.give(Input::Bytes { conn, stream, bytes: draw.blob(255) });
            }
            4 | 5 => {
                self.give(Input::Command(&command::command(start.role, draw)));
            }
            6 if draw.flag() && *conns < 4 => {
                let (conn, carrier) = (ConnId(*conns), start.carrier);
                *conns += 1;
                self.give(Input::Connected { conn, carrier });
            }
            6 => {
                let conn = ConnId(u32::from(draw.byte()) % *conns);
                self.give(Input::Disconnected { conn });
            }
            _ => self.pass(Duration::from_millis(draw.number() % 100_000)),
        }
    }

    /// Lets time pass, waking the endpoint whenever it asked to be.
    fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        let mut wakes = 0;
        while let Some(at) = self.endpoint.port().poll_timeout().filter(|at| *at <= end) {
            wakes = if at > self.now { 0 } else { wakes + 1 };
            assert!(wakes < WAKES, "the endpoint wants to be woken again and again at {at}");
            self.now = self.now.max(at);
            self.give(Input::Timeout);
        }
        self.now = end;
    }

    /// Gives one input, and looks at everything that comes of it.
    fn give(&mut self, input: Input<'_, Command>) -> Outbox<Event> {
        let mut out = Outbox::default();
        self.endpoint.port().handle(self.now, input, &mut out);
        assert!(out.ops().len() <= OPS, "{} things come of one", out.ops().len());
        let mut total = 0;
        for op in out.ops() {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = out.bytes(*start, *end);
                    total += bytes.len();
                    let decoded = Frame::decode_within(bytes, u32::MAX);
                    assert!(decoded.is_ok(), "one send is one sound packet: {decoded:?}");
                    self.hash.word(u64::from(conn.0) << 32 | u64::from(stream.0));
                    self.hash.bytes(bytes);
                }
                Op::Event(event) => self.hash.bytes(format!("{event:?}").as_bytes()),
                Op::Shutdown { conn } => self.hash.word(!u64::from(conn.0)),
            }
        }
        self.hash.end_event();
        assert!(total <= BYTES, "{total} bytes come of one input");
        out
    }

    /// Brings the endpoint to its stage with the other reference as its peer.
    fn warm_up(&mut self, start: &Start) {
        if start.stage == 0 {
            return;
        }
        let setup = Setup { role: start.role.peer(), ..Setup::default() };
        let peer = Start { role: start.role.peer(), stage: 0, carrier: start.carrier, setup };
        let mut peer = Any::new(&peer);
        let mut peer = Bench { endpoint: &mut peer, now: self.now, hash: TraceHash::new() };
        let mut both = Both { sut: self, peer: &mut peer, dials: start.role == Role::Client };
        let (conn, carrier) = (CONN, start.carrier);
        both.sut.give(Input::Connected { conn, carrier });
        both.peer.give(Input::Connected { conn, carrier });
        if start.stage > 1 {
            both.command(&Command::Hello(Hello::default()));
        }
        if start.stage > 2 {
            both.command(&Command::Open(Open { flags: 0xF, ..Open::default() }));
            both.command(&Command::Submit(Submit { session: 1, ..Submit::default() }));
        }
    }
}

/// The endpoint and its peer before the moves begin.
struct Both<'a, 'b, 'c> {
    sut: &'a mut Bench<'b>,
    peer: &'a mut Bench<'c>,
    /// Whether the endpoint under test is the client.
    dials: bool,
}

impl Both<'_, '_, '_> {
    /// Commands the client, and exchanges until both are silent.
    fn command(&mut self, command: &Command) {
        let mut to_sut = !self.dials;
        let mut out = match to_sut {
            false => self.sut.give(Input::Command(command)),
            true => self.peer.give(Input::Command(command)),
        };
        loop {
            to_sut = if out.is_empty() { return } else { to_sut };
            let mut next = Outbox::default();
            for op in out.ops() {
                let Op::Bytes { conn, stream, start, end } = op else { continue };
                let input =
                    Input::Bytes { conn: *conn, stream: *stream, bytes: out.bytes(*start, *end) };
                let answer = if to_sut { self.sut.give(input) } else { self.peer.give(input) };
                for op in answer.ops() {
                    if let Op::Bytes { conn, stream, start, end } = op {
                        let bytes = answer.bytes(*start, *end);
                        next.send(*conn, *stream, |out| out.extend_from_slice(bytes));
                    }
                }
            }
            (out, to_sut) = (next, !to_sut);
        }
    }
}

/// A connection, and a stream the carrier has.
fn place(start: &Start, draw: &mut Draw<'_>) -> (ConnId, StreamId) {
    let place = draw.byte();
    let stream = match start.carrier {
        Carrier::Multistream => StreamId(u32::from(place >> 4)),
        Carrier::Stream | Carrier::Datagram | Carrier::Exchange => StreamId::CONTROL,
    };
    (ConnId(u32::from(place & 3)), stream)
}
