//! Depth `live` from both ends: connections in real time, and servers behind the adapter protocol.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command as Shell, Stdio};
use std::thread;
use std::time::Duration;
use wireproof_base::{Carrier, ConnId, Duration as Span, Input, Instant, Op, Outbox, Role, Seed};
use wireproof_driver::live::{Live, Server, Wire};
use wireproof_driver::process::{Options, Process};
use wireproof_driver::{Clock, Depth, Driver, DriverError, Speaks, StartError, hex};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

const ADAPTER: &str = env!("CARGO_BIN_EXE_wireproof-adapter");
const PING: &str =
    "4e4e5250010020280000000000000000000000000000000000000000000000008877665544332211";
const PONG: &str =
    "4e4e5250010021280000000000000000000000000000000000000000000000008877665544332211";
const C: ConnId = ConnId(0);
const CONNECTED: Input<'_, Command> = Input::Connected { conn: C, carrier: Carrier::Stream };

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).expect("digits")
}

fn setup() -> Setup {
    Setup { role: Role::Server, ..Setup::default() }
}

fn server() -> Server {
    Server::start(Nnrp::open("reference").expect("always there"), &setup()).expect("a free port")
}

/// What a server says until there is enough of it, packet by packet; an end is empty.
fn hear(wire: &mut Wire<Nnrp>, enough: usize) -> Vec<Vec<u8>> {
    let mut heard = Vec::new();
    let mut out = Outbox::<Event>::default();
    let mut now = wire.poll_timeout();
    while heard.len() < enough && now < Instant::ZERO + Span::from_millis(20_000) {
        out.clear();
        wire.step(now, &Input::Timeout, &mut out).expect("nothing fails");
        for op in out.ops() {
            match op {
                Op::Bytes { start, end, .. } => heard.push(out.bytes(*start, *end).to_vec()),
                Op::Shutdown { .. } => heard.push(Vec::new()),
                Op::Event(event) => panic!("{event:?}"),
            }
        }
        now = wire.poll_timeout();
    }
    heard
}

#[test]
fn packets_are_put_together_and_an_end_shows() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let peer = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("dialled");
        let mut asked = [0; 40];
        stream.read_exact(&mut asked).expect("a ping");
        let mut said = [bytes(PONG), bytes(PONG), b"NNRP".to_vec()].concat();
        let late = said.split_off(17);
        stream.write_all(&said).expect("a part");
        gone.recv().expect("the part has been looked for");
        stream.write_all(&late).expect("the rest");
        asked
    });
    let mut wire = Wire::<Nnrp>::new(address);
    let mut out = Outbox::default();
    wire.step(Instant::ZERO, &CONNECTED, &mut out).expect("it listens");
    let ping = bytes(PING);
    let stream = wireproof_base::StreamId::CONTROL;
    let input = Input::Bytes { conn: C, stream, bytes: &ping };
    wire.step(Instant::ZERO, &input, &mut out).expect("it reads");
    wire.step(Instant::ZERO + Span::from_millis(50), &Input::Timeout, &mut out).expect("a wait");
    assert!(out.is_empty(), "{:?}", out.ops());
    go.send(()).expect("the peer waits");
    let heard = hear(&mut wire, 4);
    assert_eq!(heard, [bytes(PONG), bytes(PONG), b"NNRP".to_vec(), Vec::new()]);
    assert_eq!(peer.join().expect("no panic").as_slice(), ping);
}

#[test]
fn virtual_time_waits_for_real_time_and_follows_it() {
    let server = server();
    let mut wire = Wire::<Nnrp>::new(server.address());
    let mut out = Outbox::default();
    let at = |millis| Instant::ZERO + Span::from_millis(millis);
    wire.step(at(60), &CONNECTED, &mut out).expect("it listens");
    // A slice after the real time.
    assert!(wire.poll_timeout() >= at(70), "{}", wire.poll_timeout());
    let (keep, never) = std::sync::mpsc::channel::<()>();
    never.recv_timeout(Duration::from_millis(80)).expect_err("only time passes");
    drop(keep);
    assert!(wire.poll_timeout() >= at(150), "{}", wire.poll_timeout());
}

#[test]
fn whoever_is_dialled_in_vain_could_not_be_reached() {
    let address = server().address();
    let mut wire = Wire::<Nnrp>::new(address);
    let error = wire.step(Instant::ZERO, &CONNECTED, &mut Outbox::default());
    let unreachable = |error: &DriverError| {
        matches!(error, DriverError::Start { reason: StartError::Connect(_), .. })
    };
    assert!(unreachable(&error.expect_err("nobody listens")));
    let error = Live::<Nnrp>::open(&address.to_string()).err().expect("nobody listens");
    assert!(unreachable(&error), "{error}");
    let error = Live::<Nnrp>::open("nowhere").err().expect("no address");
    assert!(unreachable(&error), "{error}");
}

#[test]
fn a_server_that_listens_already_has_the_default_setup() {
    let server = server();
    let mut sut = Live::<Nnrp>::open(&server.address().to_string()).expect("it listens");
    assert!(sut.identity().is_black_box());
    sut.start(&setup(), Seed(0)).expect("the default");
    let error = sut.start(&Setup { max_body_bytes: 64, ..setup() }, Seed(0));
    assert!(error.expect_err("it cannot be set up").is_not_applicable());
    let error = sut.start(&Setup { role: Role::Client, ..setup() }, Seed(0));
    assert!(matches!(error, Err(DriverError::Start { reason: StartError::Role, .. })));
}

/// The reference as an adapter that declares what it must not be believed at this depth.
const BOASTFUL: &str = r#"read -r _
echo '{"id":0,"ok":{"version":1,"name":"x","roles":["client","server"],"depths":["live"],' \
    '"capabilities":["carrier.stream","carrier.datagram","command.push"],"clock":"virtual"}}'
read -r _; echo '{"id":1,"error":{"code":"unsupported"}}'
read -r _"#;

#[test]
fn of_an_adapter_that_listens_only_bytes_are_believed() {
    let open = |then: &str| {
        let spec = format!("{BOASTFUL}; {then}");
        Process::<Nnrp>::open(&spec, Options::default()).expect("a polite start")
    };
    let mut sut = open(r#"echo '{"id":2,"error":{"code":"unsupported"}}'; read -r _"#);
    let identity = sut.identity().clone();
    assert_eq!((identity.clock, &*identity.depths), (Clock::Wall, &[Depth::Live][..]));
    assert_eq!(identity.roles, [Role::Server]);
    assert_eq!(identity.capabilities, ["carrier.stream".to_owned()].into());
    let error = sut.start(&setup(), Seed(0)).expect_err("declared and not supported");
    assert!(matches!(error, DriverError::Unsupported { declared: true, .. }), "{error}");
    let mut sut = open(r#"echo '{"id":2,"ok":{"address":"somewhere"}}'; read -r _"#);
    let error = sut.start(&setup(), Seed(0)).expect_err("no address");
    assert!(matches!(error, DriverError::Garbage { .. }), "{error}");
}

#[test]
fn listen_brings_up_a_server_and_stop_ends_it() {
    let mut child = Shell::new(ADAPTER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the adapter was built");
    let mut requests = child.stdin.take().expect("a pipe");
    let mut replies = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut ask = |request: &str| -> Value {
        writeln!(requests, "{request}").expect("it reads");
        let line = replies.next().expect("it answers").expect("a line");
        serde_json::from_str(&line).expect("JSON")
    };
    let mut addresses = Vec::new();
    for id in 0..2 {
        let reply = ask(&format!(r#"{{"id":{id},"op":"listen","setup":{{"role":"server"}}}}"#));
        addresses.push(reply["ok"]["address"].as_str().expect("an address").to_owned());
    }
    TcpStream::connect(&addresses[0]).expect_err("the first one has ended");
    let mut stream = TcpStream::connect(&addresses[1]).expect("the second one listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time");
    stream.write_all(&bytes(PING)).expect("it reads");
    let mut answer = [0; 40];
    stream.read_exact(&mut answer).expect("it answers");
    assert_eq!(answer.as_slice(), bytes(PONG));
    assert_eq!(ask(r#"{"id":2,"op":"stop"}"#)["ok"], serde_json::json!({}));
    assert_eq!(stream.read(&mut answer).expect("an end"), 0);
    TcpStream::connect(&addresses[1]).expect_err("it has ended");
    drop(requests);
    assert!(child.wait().expect("it ends").success());
}
