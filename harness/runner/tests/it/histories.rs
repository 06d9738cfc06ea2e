//! Drawn histories of the two reference endpoints, legal and illegal, over drawn faults, judged by
//! the oracle: whatever applications ask for and whatever the network does, neither end may break
//! a rule. Everything is drawn from a fixed seed.

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::cell::RefCell;
use wireproof_base::{Carrier, ConnId, Duration, Level, Role, Seed};
use wireproof_driver::{Depth, Driver, Speaks};
use wireproof_runner::scenario::{Faults, Located, Peer, Scenario, Setups, Source, Step};
use wireproof_runner::world::{Cast, Job, World};
use wireproof_sim::{Fault, FaultKey, FaultSource, Plan, Site, Stage};
use wireproof_wire::nnrp::command::{
    Close, Flow, Hello, Hint, Invalidate, Open, Patch, Ping, Probe, Push, Put, Resume, Setup,
    Shutdown, Submit, Target,
};
use wireproof_wire::nnrp::{Command, Nnrp};

/// One step of a history; connections and sessions may or may not be there.
fn step() -> impl Strategy<Value = Vec<Step<Nnrp>>> {
    prop_oneof![
        10 => (role(), command()).prop_map(|(node, command)| vec![Step::Command { node, command }]),
        4 => (0..80u64).prop_map(|ms| vec![Step::Advance(Duration::from_millis(ms))]),
        1 => (0..2u32).prop_map(again),
    ]
}

/// The first connection is lost, and a new one begins with what a client does first.
fn again(session: u32) -> Vec<Step<Nnrp>> {
    let client = |command| Step::Command { node: Role::Client, command };
    vec![
        Step::Kill { conn: ConnId(0), after_bytes: None, from: None },
        Step::Connect { carrier: None },
        client(Command::Hello(Hello { conn: ConnId(1), ..Hello::default() })),
        Step::Advance(Duration::from_millis(30)),
        client(Command::Resume(Resume { conn: ConnId(1), session, ..Resume::default() })),
    ]
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Client), Just(Role::Server)]
}

/// Commands of both sides; those that a side does not have are illegal there.
fn command() -> impl Strategy<Value = Command> {
    let session = prop_oneof![8 => 1..3u32, 1 => Just(0u32), 1 => Just(77u32)];
    let conn = (0..2u32).prop_map(ConnId);
    let frame = 0..5u32;
    let target = (session.clone(), 0..2u16, frame.clone())
        .prop_map(|(session, lane, frame)| Target { session, lane, frame });
    prop_oneof![
        6 => (target.clone(), any::<u8>(), 0..60u16).prop_map(|(target, word, budget)| {
            let Target { session, lane, frame } = target;
            let latency_budget_ms = if word & 1 == 0 { 0 } else { budget };
            let frame_class = u8::from(word & 2 != 0);
            let submit = Submit { session, lane, frame, ..Submit::default() };
            Command::Submit(Submit { latency_budget_ms, frame_class, ..submit })
        }),
        6 => (target.clone(), any::<bool>(), 0..4u16).prop_map(|(target, partial, status)| {
            let Target { session, lane, frame } = target;
            Command::Push(Push { session, lane, frame, partial, status, ..Push::default() })
        }),
        2 => target.clone().prop_map(Command::Cancel),
        2 => target.clone().prop_map(Command::Drop),
        1 => target.prop_map(|Target { session, lane, frame }| {
            Command::Hint(Hint { session, lane, frame, ..Hint::default() })
        }),
        2 => (session.clone(), any::<bool>(), 0..100u32).prop_map(|(session, abort, drain)| {
            Command::Close(Close { session, abort, drain_timeout_ms: drain, ..Close::default() })
        }),
        1 => (session.clone(), 0..64u32).prop_map(|(session, mask)| {
            Command::Patch(Patch { session, mask, ..Patch::default() })
        }),
        2 => (conn.clone(), session.clone(), 0..5u8, 0..3u8, of(0..4u16)).prop_map(
            |(conn, session, reason, level, credit)| {
                Command::Flow(Flow { conn, session, reason, level, credit, ..Flow::default() })
            }
        ),
        1 => (conn.clone(), session.clone(), 0..3u64, 0..80u32).prop_map(
            |(conn, session, key, ttl_ms)| {
                let hex = "00ff".to_owned();
                Command::Put(Put { conn, session, key, ttl_ms, hex, ..Put::default() })
            }
        ),
        1 => (conn.clone(), session.clone(), 0..4u32).prop_map(|(conn, session, scope)| {
            Command::Invalidate(Invalidate { conn, session, scope, ..Invalidate::default() })
        }),
        1 => (conn.clone(), 1..4u64, 0..16u8).prop_map(|(conn, tag, flags)| {
            Command::Open(Open { conn, tag, flags, ..Open::default() })
        }),
        1 => (conn.clone(), session)
            .prop_map(|(conn, session)| Command::Ping(Ping { conn, session })),
        1 => conn.clone().prop_map(|conn| Command::Probe(Probe { conn, ..Probe::default() })),
        1 => conn.prop_map(|conn| Command::Shutdown(Shutdown { conn })),
    ]
}

/// What befalls single transmissions.
fn faults() -> impl Strategy<Value = Plan> {
    let key = (0..2u32, 0..3usize, 0..24u32)
        .prop_map(|(conn, stage, at)| FaultKey::new(Site::new(conn, Stage::ALL[stage]), at));
    let span = (1..200u64).prop_map(Duration::from_millis);
    let fault = prop_oneof![
        4 => span.clone().prop_map(|by| Fault::Delay { by }),
        2 => span.prop_map(|lasts| Fault::Stall { lasts }),
        4 => any::<u32>().prop_map(|at| Fault::Rechunk { at }),
        1 => any::<u32>().prop_map(|after_bytes| Fault::Kill { after_bytes }),
    ];
    btree_map(key, fault, 0..8).prop_map(|faults| Plan { faults, ..Plan::default() })
}

fn scenario(carrier: Carrier, body: Vec<Vec<Step<Nnrp>>>) -> Scenario<Nnrp> {
    let client = |command| Step::Command { node: Role::Client, command };
    let open = |tag| client(Command::Open(Open { tag, flags: 0xF, ..Open::default() }));
    let mut steps = vec![
        Step::Connect { carrier: None },
        client(Command::Hello(Hello::default())),
        Step::Advance(Duration::from_millis(20)),
        open(1),
        open(2),
        Step::Advance(Duration::from_millis(20)),
    ];
    steps.extend(body.into_iter().flatten());
    let place = Source::new("drawn", "").start();
    Scenario {
        id: "drawn.history".to_owned(),
        base: "drawn.history".to_owned(),
        variant: Vec::new(),
        title: "A drawn history".to_owned(),
        requirements: Vec::new(),
        level: Level::Must,
        depth: Depth::Stepped,
        sut: vec![Role::Server],
        peer: Peer::Reference,
        carrier,
        setup: Setups {
            client: Setup { role: Role::Client, ..Setup::default() },
            server: Setup { resume_window_ms: 500, ..Setup::default() },
        },
        faults: Faults::None,
        seeds: 0,
        reactions: Vec::new(),
        steps: steps.into_iter().map(|what| Located { place: place.clone(), what }).collect(),
        deadline: Duration::from_millis(30_000),
        workload: None,
        machine: None,
        sometimes: Vec::new(),
        place,
    }
}

/// Two endpoints and the world they live in, kept between histories.
struct Ends {
    world: World<Nnrp>,
    client: Box<dyn Driver<Nnrp>>,
    server: Box<dyn Driver<Nnrp>>,
}

impl Ends {
    fn new(spec: &str) -> Self {
        let open = |spec: &str| Nnrp::open(spec).expect("in process");
        Self { world: World::default(), client: open("reference"), server: open(spec) }
    }

    /// What the judge holds against either end.
    fn play(&mut self, scenario: &Scenario<Nnrp>, plan: &Plan, seed: u64) -> Vec<String> {
        let source = match plan.faults.is_empty() {
            true => FaultSource::Neutral,
            false => FaultSource::Planned(&plan.faults),
        };
        let job = Job { scenario, sut: Role::Server, seed: Seed(seed), source };
        let drivers = [Some(&mut *self.client), Some(&mut *self.server)];
        let outcome = self.world.execute(&mut Cast { drivers }, &job);
        let breach = |(verdict, breach)| format!("{verdict}: {breach:?}");
        outcome.breaches.into_iter().map(breach).collect()
    }
}

fn config(shrink: u32) -> ProptestConfig {
    ProptestConfig {
        cases: 1_000,
        rng_seed: RngSeed::Fixed(0x0068_6973_746f_7279),
        failure_persistence: None,
        max_shrink_iters: shrink,
        ..ProptestConfig::default()
    }
}

fn histories() -> impl Strategy<Value = (Carrier, Vec<Vec<Step<Nnrp>>>, Plan, u64)> {
    let carrier = prop_oneof![Just(Carrier::Stream), Just(Carrier::Multistream)];
    (carrier, vec(step(), 1..40), faults(), any::<u64>())
}

#[test]
fn no_history_makes_the_reference_break_a_rule() {
    let ends = RefCell::new(Ends::new("reference"));
    let mut runner = proptest::test_runner::TestRunner::new(config(400));
    let run = runner.run(&histories(), |(carrier, body, plan, seed)| {
        let scenario = scenario(carrier, body);
        let found = ends.borrow_mut().play(&scenario, &plan, seed);
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    });
    assert!(run.is_ok(), "{}", run.expect_err("just seen"));
}

#[test]
fn some_history_shows_a_planted_defect() {
    let ends = RefCell::new(Ends::new("mutant:second_terminal_result"));
    let mut runner = proptest::test_runner::TestRunner::new(config(0));
    let run = runner.run(&histories(), |(carrier, body, plan, seed)| {
        let scenario = scenario(carrier, body);
        let found = ends.borrow_mut().play(&scenario, &plan, seed);
        prop_assert!(found.is_empty());
        Ok(())
    });
    assert!(run.is_err(), "the defect is never seen");
}
