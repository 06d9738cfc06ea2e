//! Two reference endpoints of NCP talk while somebody between them changes frames and adds some of
//! his own, and the judge listens: whatever arrives, the reference breaks no promise.
//!
//! Input: a byte for the carrier, a setup, a byte that counts moves, the moves, then faults for
//! [`plan::faults`] to the end.

use crate::draw::Draw;
use crate::stage::{Garble, Stage};
use crate::{ncp_command, ncp_sound, plan};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Duration, Finding, Role, Seed, StreamId};
use wireproof_machine::ncp::{Agent, Node};
use wireproof_sim::{Fault, FaultKey};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::header::{Header, Split, split};
use wireproof_wire::ncp::{Command, Ncp};

/// Moves in a run.
const MOVES: usize = 48;
/// Connections in a run.
const CONNS: u32 = 3;

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
    setups: [Setup; 2],
    moves: Vec<Move>,
    faults: BTreeMap<FaultKey, Fault>,
}

#[derive(Clone, Debug)]
enum Move {
    Connect,
    Command(Role, Command),
    /// A frame of the peer that the peer did not send.
    Inject(Role, ConnId, Vec<u8>),
    /// What becomes of the next frame that role sends.
    Garble(Role, Edit),
    Kill(ConnId),
    Wait(Duration),
}

impl Script {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let carrier = match draw.byte() % 2 {
            0 => Carrier::Stream,
            _ => Carrier::Multistream,
        };
        let setups = ncp_command::setups(draw);
        let moves = draw.below(MOVES);
        let moves = (0..moves).map(|_| Move::draw(draw)).collect();
        Self { carrier, setups, moves, faults: plan::faults(draw, CONNS) }
    }
}

impl Move {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let kind = draw.byte();
        let role = if kind & 0x80 == 0 { Role::Client } else { Role::Server };
        match kind % 16 {
            0 => Self::Connect,
            1 => Self::Kill(ConnId(u32::from(draw.byte()) % CONNS)),
            2..=4 => Self::Wait(Duration::from_micros(draw.number() % 1_000_000 * 100)),
            5..=7 => {
                let conn = ConnId(u32::from(draw.byte()) % CONNS);
                Self::Inject(role, conn, ncp_sound::frame(draw))
            }
            8 => Self::Garble(role, Edit::draw(draw)),
            _ => Self::Command(role, ncp_command::command(role, draw)),
        }
    }
}

/// Plays the script. Faults end with the last move; then everything comes to rest.
fn perform(script: &Script) -> (u64, Vec<Finding>) {
    let [agent, node] = &script.setups;
    let ends = (Agent::new(agent, Seed(1)), Node::new(node, Seed(2)));
    let mut stage = Stage::<Ncp, _, _>::new(script.carrier, ends, &script.faults, is_frame);
    for setup in &script.setups {
        stage.setup(setup.role, setup);
    }
    let mut conns = 0;
    for step in &script.moves {
        match step {
            Move::Connect if conns < CONNS => {
                stage.connect();
                conns += 1;
            }
            Move::Kill(conn) if conn.0 < conns => stage.kill(*conn),
            Move::Inject(role, conn, bytes) if conn.0 < conns => {
                stage.inject(*role, *conn, StreamId::CONTROL, bytes);
            }
            Move::Connect | Move::Kill(_) | Move::Inject(..) => {}
            Move::Garble(role, edit) => stage.garble(*role, edit.clone().garble()),
            Move::Command(role, command) => stage.command(*role, command),
            Move::Wait(span) => stage.pass(*span),
        }
    }
    stage.finish()
}

/// Whether bytes are one frame with the length its header says.
fn is_frame(bytes: &[u8]) -> bool {
    let Split::Frame { header_len, payload_len } = split(bytes) else { return false };
    let known = Header::read(bytes).is_some_and(|(header, _)| header.kind().is_some());
    known && header_len + payload_len == bytes.len()
}

/// A change to bytes under way.
#[derive(Clone, Debug)]
enum Edit {
    Flip { at: usize, mask: u8 },
    Set { at: usize, value: u8 },
    Twice,
    Nothing,
}

impl Edit {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let at = usize::from(draw.byte());
        match draw.byte() % 8 {
            0..=3 => Self::Flip { at, mask: 1 << (draw.byte() % 8) },
            4 | 5 => Self::Set { at, value: draw.byte() },
            6 => Self::Twice,
            _ => Self::Nothing,
        }
    }

    fn garble(self) -> Garble {
        Box::new(move |bytes: &[u8]| {
            let mut garbled = bytes.to_vec();
            let len = garbled.len().max(1);
            match self {
                Self::Flip { at, mask } => garbled[at % len] ^= mask,
                Self::Set { at, value } => garbled[at % len] = value,
                Self::Twice => garbled.extend_from_slice(bytes),
                Self::Nothing => {}
            }
            garbled
        })
    }
}
