use super::defect::Defect;
use super::interposer::Mutant;
use super::list::{all, open};
use super::machine_client::plain;
use crate::nnrp::Reference;
use crate::nnrp::probe::Probe;
use crate::nnrp::testbed::World;
use crate::{DefectLevel, Driver, tests};
use wireproof_base::{Carrier, ConnId, Input, Instant, Op, Outbox, Role, Seed, StreamId};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{MessageType, Nnrp};

#[test]
fn mutants_have_names_of_their_own_and_sit_somewhere() {
    tests::mutants_are_told_apart::<Nnrp>();
    for defect in all() {
        assert!(defect.sits(), "{}", defect.info.name);
    }
}

#[test]
fn mutants_break_requirements_that_exist() {
    tests::mutants_break_requirements_that_exist::<Nnrp>("nnrp");
}

#[test]
fn every_mutant_opens_under_its_name() {
    tests::every_mutant_opens_under_its_name::<Nnrp>();
}

/// No change at all, at every place where one can sit.
static FLAWLESS: [Defect; 2] = [
    Defect::server(DefectLevel::Codec, "flawless", &[], "")
        .setup(|_| {})
        .mend(|_| {})
        .incoming(|_, _| {})
        .outgoing(|_, _| {})
        .wake(|wanted| wanted),
    Defect::client(DefectLevel::Codec, "flawless", &[], "")
        .setup(|_| {})
        .mend(|_| {})
        .incoming(|_, _| {})
        .outgoing(|_, _| {})
        .wake(|wanted| wanted),
];

#[test]
fn an_interposer_without_a_defect_cannot_be_told_from_the_reference() {
    for defect in &FLAWLESS {
        for seed in 0..12 {
            let mut world = World::new(Box::new(Reference::new()), Box::new(Reference::new()));
            let plain = world.traffic(seed);
            let flawless = Box::new(Mutant::new(defect));
            let mut world = match defect.info.role {
                Role::Client => World::new(flawless, Box::new(Reference::new())),
                Role::Server => World::new(Box::new(Reference::new()), flawless),
            };
            assert_eq!(world.traffic(seed), plain, "seed {seed}");
        }
    }
}

/// What `driver`, a server, makes of these datagrams, packet by packet.
fn told(driver: &mut dyn Driver<Nnrp>, datagrams: &[&[u8]]) -> Vec<Vec<u8>> {
    let setup = Setup { role: Role::Server, ..Setup::default() };
    driver.start(&setup, Seed(1)).expect("a start");
    let (conn, stream, carrier) = (ConnId(0), StreamId::CONTROL, Carrier::Datagram);
    let mut out = Outbox::default();
    let all = datagrams.iter().map(|bytes| Input::Bytes { conn, stream, bytes });
    for input in [Input::Connected { conn, carrier }].into_iter().chain(all) {
        driver.step(Instant::ZERO, input, &mut out).expect("a step");
    }
    let packets = out.ops().iter().map(|op| match op {
        Op::Bytes { start, end, .. } => out.bytes(*start, *end).to_vec(),
        _ => Vec::new(),
    });
    packets.collect()
}

#[test]
fn a_damaged_datagram_leaves_the_next_one_alone() {
    let hello = plain(MessageType::ClientHello, (0, 0, 0));
    let ping = plain(MessageType::Ping, (0, 0, 0));
    let doubled = [ping.as_slice(), ping.as_slice()].concat();
    let datagrams = [&hello[..], &ping[..30], &ping, &doubled, &ping[..39], &ping];
    let reference = told(&mut Reference::new(), &datagrams);
    assert!(reference.len() > 3, "{reference:?}");
    assert_eq!(told(&mut Mutant::new(&FLAWLESS[0]), &datagrams), reference);
}

/// What a mutant shows in traffic and under single packets, against what the reference shows. Some
/// need a dialogue of their own; that these show is for the suite to prove, which has it.
#[test]
fn mutants_behave_otherwise_than_the_reference() {
    let sound = || World::new(Box::new(Reference::new()), Box::new(Reference::new()));
    let traffic: Vec<_> = (0..16).map(|seed| sound().traffic(seed)).collect();
    let migration = {
        let mut plain = sound();
        plain.traffic(0);
        plain.migration()
    };
    let everything = |role| Probe::new(Box::new(Reference::new()), role).everything();
    let probes = [everything(Role::Client), everything(Role::Server)];
    let mut hidden = Vec::new();
    for defect in all().filter(|defect| defect.is_stepped()) {
        let seen = (0..16).any(|seed| {
            let mutant = open(defect.info.name).expect("a mutant");
            let mut world = match defect.info.role {
                Role::Client => World::new(mutant, Box::new(Reference::new())),
                Role::Server => World::new(Box::new(Reference::new()), mutant),
            };
            world.play(seed).as_ref() != Some(&traffic[seed as usize])
                || (seed == 0 && world.migration() != migration)
        });
        let seen = seen || {
            let probe = Probe::new(open(defect.info.name).expect("a mutant"), defect.info.role);
            probe.everything() != probes[usize::from(defect.info.role == Role::Server)]
        };
        if !seen {
            hidden.push(defect.info.name);
        }
    }
    let stepped = all().filter(|defect| defect.is_stepped()).count();
    assert!(hidden.len() * 6 < stepped, "{} of {stepped}: {hidden:?}", hidden.len());
}
