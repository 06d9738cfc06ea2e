//! Determinism is verified, not hoped for: an endpoint that leaks the order of a hash map, or a
//! clock, is caught by playing the same job twice.

use crate::root::some_scenarios;
use std::path::Path;
use std::sync::OnceLock;
use wireproof_base::{ConnId, Input, Instant, Outbox, Role, Seed};
use wireproof_driver::{Driver, DriverError, Identity, Machines, Speaks, Vectors};
use wireproof_runner::library::Library;
use wireproof_runner::world::{Cast, Job, World};
use wireproof_sim::FaultSource;
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Event, Frame, Metadata, Nnrp};

/// The reference, which also says something that a leak decides.
struct Leaky {
    inner: Box<dyn Driver<Nnrp>>,
    leak: fn() -> u64,
}

impl Driver<Nnrp> for Leaky {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    fn start(&mut self, setup: &Setup, seed: Seed) -> Result<(), DriverError> {
        self.inner.start(setup, seed)
    }

    fn step(
        &mut self,
        now: Instant,
        input: Input<'_, Command>,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        if matches!(input, Input::Command(_)) {
            let ping = Frame::new(Metadata::Ping, &[]).traced((self.leak)());
            out.send(ConnId(0), wireproof_base::StreamId::CONTROL, |bytes| ping.encode(bytes));
        }
        self.inner.step(now, input, out)
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.inner.poll_timeout()
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        self.inner.vectors()
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        self.inner.machines()
    }
}

fn hashes(leak: fn() -> u64) -> [u64; 2] {
    static LIBRARY: OnceLock<Library<Nnrp>> = OnceLock::new();
    let load = || Library::load(Path::new(some_scenarios()), "nnrp").expect("the scenarios load");
    let scenario = LIBRARY
        .get_or_init(load)
        .scenarios
        .iter()
        .find(|scenario| {
            scenario.base.starts_with("hello.") && scenario.sut.contains(&Role::Client)
        })
        .expect("there is a hello scenario");
    let job = Job { scenario, sut: Role::Client, seed: Seed(7), source: FaultSource::Neutral };
    let mut world = World::<Nnrp>::default();
    [(), ()].map(|()| {
        let inner = Nnrp::open("reference").expect("the reference opens");
        let mut client = Leaky { inner, leak };
        let mut server = Nnrp::open("reference").expect("the reference opens");
        let drivers: [Option<&mut (dyn Driver<Nnrp> + 'static)>; 2] =
            [Some(&mut client), Some(&mut *server)];
        world.execute(&mut Cast { drivers }, &job).hash
    })
}

#[test]
fn without_a_leak_both_runs_agree() {
    let [first, second] = hashes(|| 42);
    assert_eq!(first, second);
}

#[test]
#[expect(clippy::disallowed_types, reason = "planted to be caught")]
fn a_leaked_map_order_is_caught() {
    let [first, second] = hashes(|| {
        let map: std::collections::HashMap<u64, ()> = (0..1_000).map(|key| (key, ())).collect();
        map.keys().take(6).fold(0, |sum, key| sum * 1_000 + key)
    });
    assert_ne!(first, second);
}

#[test]
#[expect(clippy::disallowed_types, reason = "planted to be caught")]
fn a_leaked_clock_is_caught() {
    let [first, second] = hashes(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_nanos() as u64)
    });
    assert_ne!(first, second);
}
