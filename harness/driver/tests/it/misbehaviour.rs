//! Adapters that misbehave: each has an error of its own and none takes the harness down.

use std::fs;
use std::path::PathBuf;
use std::process::Command as Shell;
use std::time::Duration;
use wireproof_base::{Carrier, ConnId, Input, Instant, Outbox, Role, Seed};
use wireproof_driver::process::{Options, Process};
use wireproof_driver::{Driver, DriverError, Fault, StartError};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Nnrp};

/// Answers `hello` and the canary, and reads one request more.
const POLITE: &str = r#"
read -r _; echo '{"id":0,"ok":{"version":1,"name":"x","roles":["server"],"depths":["stepped"],' \
    '"capabilities":["carrier.stream","command.push"],"clock":"virtual"}}'
read -r _; echo '{"id":1,"error":{"code":"unsupported"}}'
read -r _
"#;

fn options() -> Options {
    let watchdog = Duration::from_millis(700);
    Options { watchdog, patience: Duration::from_secs(5), max_line: 4096, max_wakes: 20 }
}

fn open(script: &str) -> Result<Process<Nnrp>, DriverError> {
    Process::open(script, options())
}

fn start(sut: &mut Process<Nnrp>) -> Result<(), DriverError> {
    sut.start(&Setup { role: Role::Server, ..Setup::default() }, Seed(1))
}

/// What a polite adapter comes to that does `then` when it is to start.
fn after_hello(then: &str) -> DriverError {
    let mut sut = open(&format!("{POLITE}{then}")).expect("a polite start");
    start(&mut sut).expect_err("a failure")
}

#[test]
fn a_crash_tells_status_and_last_words() {
    let error = after_hello("echo 'out of cheese' >&2; exit 3");
    let DriverError::Crash { op, status, signal, stderr } = &error else { panic!("{error}") };
    assert_eq!((op.as_str(), *status, *signal), ("start", Some(3), None));
    assert_eq!(stderr, "out of cheese\n");
    assert_eq!(error.fault(), Fault::Sut);
    let error = after_hello("kill -9 $$");
    assert!(matches!(error, DriverError::Crash { signal: Some(9), .. }), "{error}");
}

#[test]
fn silence_is_a_hang() {
    let error = after_hello("sleep 1000");
    assert!(matches!(error, DriverError::Hang { after_ms: 700, .. }), "{error}");
}

#[test]
fn an_answer_that_comes_only_with_the_end_was_not_flushed() {
    let error = after_hello(r#"cat >/dev/null; echo '{"id":2,"ok":{}}'"#);
    assert_eq!(error.kind(), "no_flush", "{error}");
    let error = after_hello(r#"printf '{"id":2,"ok":{}}'; sleep 1000"#);
    assert_eq!(error.kind(), "no_flush", "{error}");
}

#[test]
fn lines_that_are_no_reply_are_garbage() {
    for line in ["hello", "{}", "[]", r#"{"id":2}"#, r#"{"id":2,"ok":{},"error":{"code":"x"}}"#] {
        let error = after_hello(&format!("echo '{line}'; sleep 1000"));
        assert_eq!(error.kind(), "garbage", "{line}: {error}");
    }
    let error = after_hello(r#"printf '\377\376\n'; sleep 1000"#);
    assert_eq!(error.kind(), "garbage", "{error}");
    // A reply, but to another question.
    let error = after_hello(r#"echo '{"id":2,"ok":{"timeout":"soon"}}'; sleep 1000"#);
    assert_eq!(error.kind(), "garbage", "{error}");
}

#[test]
fn a_reply_to_another_request_is_seen() {
    let error = after_hello(r#"echo '{"id":7,"ok":{}}'; sleep 1000"#);
    assert_eq!(error, DriverError::WrongId { sent: 2, got: 7 });
}

#[test]
fn a_line_without_end_is_cut_off() {
    let error = after_hello("yes x | tr -d '\\n'");
    assert_eq!(error, DriverError::GiantLine { limit: 4096 });
}

#[test]
fn a_second_reply_is_held_against_the_next_request() {
    let script = r#"echo '{"id":2,"ok":{}}'; echo '{"id":2,"ok":{}}'; sleep 1000"#;
    let mut sut = open(&format!("{POLITE}{script}")).expect("a polite start");
    start(&mut sut).expect("one reply");
    let error = start(&mut sut).expect_err("a reply too many");
    assert_eq!(error, DriverError::WrongId { sent: 3, got: 2 });
}

#[test]
fn waking_at_one_instant_for_ever_is_a_livelock() {
    let script = r#"
        echo '{"id":2,"ok":{"timeout":0}}'; id=3
        while read -r _; do
            echo "{\"id\":$id,\"ok\":{\"out\":[],\"timeout\":5}}"; id=$((id+1))
        done
    "#;
    let mut sut = open(&format!("{POLITE}{script}")).expect("a polite start");
    start(&mut sut).expect("a start");
    let now = Instant::from_nanos(5_000);
    let mut out = Outbox::default();
    for _ in 0..19 {
        sut.step(now, Input::Timeout, &mut out).expect("patience");
        assert_eq!(sut.poll_timeout(), Some(now));
    }
    let error = sut.step(now, Input::Timeout, &mut out).expect_err("no patience");
    assert_eq!(error, DriverError::Livelock { at: now, wakes: 20 });
}

#[test]
fn after_a_failure_the_next_start_spawns_afresh() {
    let mut sut = open(&format!("{POLITE}exit 3")).expect("a polite start");
    for _ in 0..2 {
        assert_eq!(start(&mut sut).expect_err("a crash").kind(), "crash");
        let mut out = Outbox::default();
        let step = sut.step(Instant::ZERO, Input::Timeout, &mut out);
        assert_eq!(step, Err(DriverError::NotStarted));
        assert_eq!(sut.poll_timeout(), None);
    }
}

#[test]
fn the_whole_process_group_is_ended() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("grandchild");
    let script = format!("{POLITE}sleep 1000 & echo $! > '{}'; wait", file.display());
    let mut sut = open(&script).expect("a polite start");
    assert_eq!(start(&mut sut).expect_err("silence").kind(), "hang");
    let grandchild = fs::read_to_string(&file).expect("it was written");
    // Nobody may have collected it yet, but it runs no more.
    let probe = format!("ps -o stat= -p {} | grep -v Z", grandchild.trim());
    let alive = Shell::new("sh").arg("-c").arg(probe).output().expect("a shell");
    assert!(alive.stdout.is_empty(), "{alive:?}");
}

#[test]
fn a_command_that_does_not_exist_is_a_crash_with_the_words_of_the_shell() {
    let error = open("exec /nonexistent/adapter").err().expect("nothing to speak to");
    assert_eq!(error.kind(), "crash");
    assert!(error.stderr().is_some_and(|words| words.contains("/nonexistent/adapter")), "{error}");
}

#[test]
fn nobody_who_connects_back_is_said_so() {
    let options = Options { patience: Duration::from_millis(300), ..options() };
    let error = Process::<Nnrp>::open("echo lost >&2; sleep 1000 # {connect}", options);
    let error = error.err().expect("nobody connects");
    let DriverError::Start { reason: StartError::NoConnection { stderr }, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(stderr, "lost\n");
}

/// Speaks the adapter protocol and knows no NNRP: accepts everything, does nothing.
const IDLE: &str = r#"
echo '{"id":2,"ok":{}}'; id=3
while read -r _; do echo "{\"id\":$id,\"ok\":{\"out\":[],\"timeout\":null}}"; id=$((id+1)); done
"#;

#[test]
fn an_idle_endpoint_is_no_error_of_the_driver() {
    let mut sut = open(&format!("{POLITE}{IDLE}")).expect("a polite start");
    assert!(!sut.identity().claims_everything);
    start(&mut sut).expect("a start");
    let mut out = Outbox::default();
    let (conn, carrier) = (ConnId(0), Carrier::Stream);
    sut.step(Instant::ZERO, Input::Connected { conn, carrier }, &mut out).expect("an answer");
    let push = Command::Push(Default::default());
    sut.step(Instant::ZERO, Input::Command(&push), &mut out).expect("an answer");
    assert!(out.is_empty());
    assert!(Driver::<Nnrp>::vectors(&mut sut).is_none());
    assert!(sut.machines().is_none());
}

#[test]
fn undeclared_does_not_apply_and_declared_must_work() {
    let script = r#"
        echo '{"id":2,"ok":{}}'; id=3
        while read -r _; do
            echo "{\"id\":$id,\"error\":{\"code\":\"unsupported\"}}"; id=$((id+1))
        done
    "#;
    let mut sut = open(&format!("{POLITE}{script}")).expect("a polite start");
    start(&mut sut).expect("a start");
    let mut out = Outbox::default();
    let drop = Command::Drop(Default::default());
    let error = sut.step(Instant::ZERO, Input::Command(&drop), &mut out).expect_err("undeclared");
    assert!(error.is_not_applicable(), "{error}");
    let push = Command::Push(Default::default());
    let error = sut.step(Instant::ZERO, Input::Command(&push), &mut out).expect_err("declared");
    let op = "command.push".to_owned();
    assert_eq!(error, DriverError::Unsupported { op, declared: true });
    assert_eq!(error.fault(), Fault::Sut);
    // The process was polite about it and goes on.
    let bytes = Input::Bytes { conn: ConnId(0), stream: Default::default(), bytes: &[] };
    let error = sut.step(Instant::ZERO, bytes, &mut out).expect_err("bytes come with the depth");
    assert!(matches!(error, DriverError::Unsupported { declared: true, .. }), "{error}");
}

#[test]
fn who_takes_every_operation_is_not_believed() {
    let script = r#"
        read -r _; echo '{"id":0,"ok":{"version":1,"name":"yes","roles":["client","server"],' \
            '"depths":["vectors","machines","stepped"],"clock":"virtual"}}'
        id=1; while read -r _; do echo "{\"id\":$id,\"ok\":{}}"; id=$((id+1)); done
    "#;
    let mut sut = open(script).expect("an answer to everything");
    assert!(sut.identity().claims_everything);
    assert!(start(&mut sut).is_ok());
}

#[test]
fn a_handshake_that_does_not_fit_is_refused() {
    let hello = |ok: &str| {
        let script = format!("read -r _; echo '{{\"id\":0,{ok}}}'; sleep 1000");
        open(&script).err().expect("no agreement")
    };
    let fields = r#""name":"x","roles":[],"depths":[],"clock":"virtual""#;
    let error = hello(&format!(r#""ok":{{"version":2,{fields}}}"#));
    assert_eq!(error.kind(), "negotiate", "{error}");
    let error = hello(&format!(r#""ok":{{"version":1,"capabilities":["flying"],{fields}}}"#));
    assert!(error.to_string().contains("flying"), "{error}");
    let error = hello(r#""error":{"code":"unsupported","message":"no NNRP here"}"#);
    assert_eq!(error.kind(), "negotiate", "{error}");
}

#[test]
fn a_role_that_was_not_declared_cannot_be_started() {
    let mut sut = open(&format!("{POLITE}{IDLE}")).expect("a polite start");
    let error = sut.start(&Setup { role: Role::Client, ..Setup::default() }, Seed(1));
    assert!(matches!(error, Err(DriverError::Start { reason: StartError::Role, .. })));
}
