//! Two reference endpoints talk over a network that follows any plan, and the judge listens:
//! whatever the applications and the network do, the reference breaks no promise.
//!
//! Input: a byte for the carrier, a setup of the server, a byte that counts moves, the moves,
//! then faults for [`plan::faults`] to the end.

use crate::draw::Draw;
use crate::stage::Stage;
use crate::{command, plan};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Duration, Finding, Role, Seed};
use wireproof_machine::nnrp::{Client, Server};
use wireproof_sim::{Fault, FaultKey};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Frame, Nnrp};

/// Moves in a run.
const MOVES: usize = 64;
/// Connections in a run.
const CONNS: u32 = 4;

/// Checks one input.
pub fn check(input: &[u8]) {
    let script = Script::draw(&mut Draw::new(input));
    let (hash, findings) = perform(&script);
    assert!(findings.is_empty(), "the reference is blamed: {findings:#?}\n{:#?}", script.moves);
    let (again, _) = perform(&script);
    assert_eq!(hash, again, "the same script gives the same run");
}

/// Everything one run follows from.
#[derive(Debug)]
struct Script {
    carrier: Carrier,
    server: Setup,
    moves: Vec<Move>,
    faults: BTreeMap<FaultKey, Fault>,
}

#[derive(Debug)]
enum Move {
    Connect,
    Command(Role, Command),
    Kill(ConnId),
    Wait(Duration),
}

impl Script {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let carrier = match draw.byte() % 3 {
            1 => Carrier::Multistream,
            2 => Carrier::Datagram,
            _ => Carrier::Stream,
        };
        let server = command::setup(Role::Server, draw);
        let moves = draw.below(MOVES);
        let moves = (0..moves).map(|_| Move::draw(draw)).collect();
        Self { carrier, server, moves, faults: plan::faults(draw, CONNS) }
    }
}

impl Move {
    fn draw(draw: &mut Draw<'_>) -> Self {
        match draw.byte() % 16 {
            0 => Self::Connect,
            1 => Self::Kill(ConnId(u32::from(draw.byte()) % CONNS)),
            2..=5 => Self::Wait(Duration::from_micros(draw.number() % 1_000_000 * 100)),
            6..=10 => Self::command(Role::Server, draw),
            _ => Self::command(Role::Client, draw),
        }
    }

    /// Without mistakes that only the application can make: the judge asks why a submit was held
    /// back, and takes the names that a command gives for good.
    fn command(role: Role, draw: &mut Draw<'_>) -> Self {
        let mut command = command::command(role, draw);
        match &mut command {
            Command::Submit(submit) => submit.frame = 0,
            Command::Hello(hello) => hello.lanes = hello.lanes.max(2),
            _ => {}
        }
        Self::Command(role, command)
    }
}

/// Plays the script. Faults end with the last move; then everything comes to rest.
fn perform(script: &Script) -> (u64, Vec<Finding>) {
    let client = Setup { role: Role::Client, ..Setup::default() };
    let ends = (Client::new(&client, Seed(1)), Server::new(&script.server, Seed(2)));
    let sound = |bytes: &[u8]| Frame::decode_within(bytes, u32::MAX).is_ok();
    let mut stage = Stage::<Nnrp, _, _>::new(script.carrier, ends, &script.faults, sound);
    let mut conns = 0;
    for step in &script.moves {
        match step {
            Move::Connect if conns < CONNS => {
                stage.connect();
                conns += 1;
            }
            Move::Kill(conn) if conn.0 < conns => stage.kill(*conn),
            Move::Connect | Move::Kill(_) => {}
            Move::Command(role, command) => stage.command(*role, command),
            Move::Wait(span) => stage.pass(*span),
        }
    }
    stage.finish()
}
