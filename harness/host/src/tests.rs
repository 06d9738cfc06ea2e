//! A guest that repeats what it hears, on either side.

use crate::net::TcpStream;
use crate::{Guest, Host, Order, Port, Reports};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wireproof_base::{
    Carrier, ConnId, Duration, Input, Instant, Op, Outbox, Protocol, Role, Seed, StreamId,
};
use wireproof_driver::{Clock, Depth, Driver, DriverError, Identity};

/// The protocol of the tests.
#[derive(Clone, Copy, Debug, Default)]
struct Parrot;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Command {
    /// Say it on connection 0, then report.
    Say(String),
    /// Report after so many ms, counted by a timer of tokio's.
    Later(u64),
    /// The same, in a way the host knows.
    Wake(u64),
    /// End connection 0.
    Leave,
    /// Something that is not there.
    Fly,
    /// Fall over.
    Fall,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Event {
    Met(u32),
    Heard(String),
    Said,
    Late,
    Lost(u32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Setup {
    role: Role,
}

impl Default for Setup {
    fn default() -> Self {
        Self { role: Role::Server }
    }
}

impl Protocol for Parrot {
    const NAME: &'static str = "parrot";
    type Command = Command;
    type Setup = Setup;
    type Event = Event;

    fn event_name(_event: &Event) -> &'static str {
        "event"
    }
}

/// `ticks`: whether it says that it has timers.
#[derive(Clone, Copy)]
struct Bird {
    ticks: bool,
}

impl Guest<Parrot> for Bird {
    fn identity(&self) -> Identity {
        Identity {
            name: "bird".to_owned(),
            version: String::new(),
            roles: vec![Role::Client, Role::Server],
            depths: vec![Depth::Stepped],
            capabilities: std::collections::BTreeSet::default(),
            clock: Clock::Virtual,
            claims_everything: false,
        }
    }

    fn check(&self, _setup: &Setup) -> Result<(), DriverError> {
        Ok(())
    }

    fn tick(&self) -> Option<Duration> {
        self.ticks.then_some(Duration::from_millis(1))
    }

    async fn run(self, setup: Setup, _seed: Seed, mut port: Port<Parrot>) {
        let reports = port.reports();
        let (mouth, words) = tokio::sync::mpsc::unbounded_channel();
        let mut words = Some(words);
        if setup.role == Role::Server {
            let listener = port.listen().await.expect("nobody else listens");
            let (reports, mut words) = (reports.clone(), words.take());
            tokio::task::spawn_local(async move {
                while let Ok((conn, stream)) = listener.accept().await {
                    tokio::task::spawn_local(sit(conn, stream, words.take(), reports.clone()));
                }
            });
        }
        loop {
            match port.next().await {
                Order::Connected(conn) if setup.role == Role::Client => {
                    let stream = port.connect(conn).await.expect("the harness waits");
                    tokio::task::spawn_local(sit(conn, stream, words.take(), reports.clone()));
                }
                Order::Connected(_) => {}
                Order::Command(Command::Later(ms)) => {
                    let reports = reports.clone();
                    tokio::task::spawn_local(async move {
                        tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
                        reports.event(Event::Late);
                    });
                }
                Order::Command(Command::Wake(ms)) => {
                    let reports = reports.clone();
                    tokio::task::spawn_local(async move {
                        reports.sleep(Duration::from_millis(ms)).await;
                        reports.event(Event::Late);
                    });
                }
                Order::Command(Command::Fly) => reports.unsupported("fly"),
                Order::Command(Command::Fall) => panic!("it fell"),
                Order::Command(command) => mouth.send(command).expect("somebody sits there"),
            }
        }
    }
}

type Words = tokio::sync::mpsc::UnboundedReceiver<Command>;

/// One connection.
async fn sit(conn: ConnId, mut stream: TcpStream, words: Option<Words>, reports: Reports<Parrot>) {
    reports.event(Event::Met(conn.0));
    let mut words = words;
    let mut heard = vec![0; 4096];
    loop {
        let word = async {
            match &mut words {
                Some(words) => words.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            read = stream.read(&mut heard) => match read {
                Ok(len) if len > 0 => {
                    reports.event(Event::Heard(String::from_utf8_lossy(&heard[..len]).into()));
                    stream.write_all(&heard[..len]).await.expect("the other side reads");
                }
                _ => return reports.event(Event::Lost(conn.0)),
            },
            word = word => match word {
                Some(Command::Say(text)) => {
                    stream.write_all(text.as_bytes()).await.expect("the other side reads");
                    reports.event(Event::Said);
                }
                _ => return,
            },
        }
    }
}

/// What came out, in words.
fn step(host: &mut Host<Parrot, Bird>, ms: u64, input: Input<'_, Command>) -> Vec<String> {
    let mut out = Outbox::default();
    let now = Instant::ZERO + Duration::from_millis(ms);
    host.step(now, input, &mut out).expect("nothing goes wrong");
    let form = |op: &Op<Event>| match op {
        Op::Bytes { conn, start, end, .. } => {
            format!("{} {}", conn.0, String::from_utf8_lossy(out.bytes(*start, *end)))
        }
        Op::Event(event) => format!("{event:?}"),
        Op::Shutdown { conn } => format!("{} ends", conn.0),
    };
    out.ops().iter().map(form).collect()
}

fn start(role: Role, ticks: bool) -> Host<Parrot, Bird> {
    let mut host = Host::new(Bird { ticks }, |setup: &Setup| setup.role);
    host.start(&Setup { role }, Seed(1)).expect("it starts");
    host
}

const fn connected(conn: u32) -> Input<'static, Command> {
    Input::Connected { conn: ConnId(conn), carrier: Carrier::Stream }
}

const fn bytes(conn: u32, bytes: &[u8]) -> Input<'_, Command> {
    Input::Bytes { conn: ConnId(conn), stream: StreamId::CONTROL, bytes }
}

#[test]
fn either_side_answers_within_the_step_and_in_order() {
    for role in [Role::Client, Role::Server] {
        let mut host = start(role, false);
        assert_eq!(step(&mut host, 0, connected(0)), ["Met(0)"], "{role}");
        assert_eq!(step(&mut host, 0, connected(1)), ["Met(1)"]);
        assert_eq!(step(&mut host, 0, bytes(0, b"hi")), ["Heard(\"hi\")", "0 hi"]);
        assert_eq!(step(&mut host, 0, bytes(1, b"ho")), ["Heard(\"ho\")", "1 ho"]);
        let say = Command::Say("x".to_owned());
        assert_eq!(step(&mut host, 0, Input::Command(&say)), ["0 x", "Said"]);
        assert_eq!(host.poll_timeout(), None);
    }
}

#[test]
fn ends_are_seen_on_both_sides() {
    for role in [Role::Client, Role::Server] {
        let mut host = start(role, false);
        step(&mut host, 0, connected(0));
        step(&mut host, 0, connected(1));
        assert_eq!(step(&mut host, 1, Input::Command(&Command::Leave)), ["0 ends"]);
        assert!(step(&mut host, 2, Input::Disconnected { conn: ConnId(0) }).is_empty());
        assert!(step(&mut host, 2, bytes(0, b"late")).is_empty());
        assert_eq!(step(&mut host, 2, Input::Disconnected { conn: ConnId(1) }), ["Lost(1)"]);
    }
}

#[test]
fn more_than_the_buffers_hold_comes_through_at_once() {
    let mut host = start(Role::Server, false);
    step(&mut host, 0, connected(0));
    let flood = vec![b'a'; 5 << 20];
    let out = step(&mut host, 0, bytes(0, &flood));
    let back: usize = out.iter().filter_map(|line| line.strip_prefix("0 ")).map(str::len).sum();
    assert_eq!(back, flood.len());
}

#[test]
fn time_is_what_the_harness_says() {
    let mut host = start(Role::Server, false);
    step(&mut host, 0, Input::Command(&Command::Wake(250)));
    let due = host.poll_timeout().expect("it wants to be woken");
    assert_eq!(due, Instant::ZERO + Duration::from_millis(250));
    assert!(step(&mut host, 249, Input::Timeout).is_empty());
    assert_eq!(step(&mut host, 250, Input::Timeout), ["Late"]);
    assert_eq!(host.poll_timeout(), None);
}

#[test]
fn timers_that_nobody_tells_of_are_found_by_ticks() {
    let mut host = start(Role::Server, true);
    step(&mut host, 0, Input::Command(&Command::Later(3)));
    let mut woken = Vec::new();
    while woken.is_empty() {
        let due = host.poll_timeout().expect("every tick");
        let now = due.as_nanos() / 1_000_000;
        woken = step(&mut host, now, Input::Timeout);
        assert!(now < 3 || !woken.is_empty(), "{now}");
    }
    assert_eq!(host.poll_timeout(), Some(Instant::ZERO + Duration::from_millis(4)));
}

#[test]
fn what_is_not_supported_and_what_falls_is_told() {
    let mut host = start(Role::Server, false);
    let mut out = Outbox::default();
    let error = host.step(Instant::ZERO, Input::Command(&Command::Fly), &mut out);
    assert_eq!(error, Err(DriverError::Unsupported { op: "fly".to_owned(), declared: false }));
    assert!(step(&mut host, 0, Input::Timeout).is_empty());
    let error = host.step(Instant::ZERO, Input::Command(&Command::Fall), &mut out);
    let told =
        matches!(&error, Err(DriverError::Adapter { message, .. }) if message.contains("it fell"));
    assert!(told, "{error:?}");
    assert_eq!(host.step(Instant::ZERO, Input::Timeout, &mut out), Err(DriverError::NotStarted));
    host.start(&Setup::default(), Seed(1)).expect("a fresh one");
    assert_eq!(step(&mut host, 0, connected(0)), ["Met(0)"]);
}

#[test]
fn the_same_inputs_have_the_same_outputs() {
    let story = || {
        let mut host = start(Role::Client, true);
        let mut out = Vec::new();
        for round in 0..200 {
            let conn = round % 5;
            if round < 5 {
                out.extend(step(&mut host, u64::from(round), connected(conn)));
            }
            let text = format!("{round}");
            out.extend(step(&mut host, u64::from(round), bytes(conn, text.as_bytes())));
            let later = Command::Later(u64::from(round % 7));
            out.extend(step(&mut host, u64::from(round), Input::Command(&later)));
        }
        out
    };
    assert_eq!(story(), story());
}
