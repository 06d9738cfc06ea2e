//! What the client does on its sessions.

use super::link::{Stage, client, server};
use super::traffic::{Due, Traffic, after_ms, after_us};
use crate::Action;
use wireproof_base::{ConnId, Instant};
use wireproof_wire::nnrp::command::{Close, Patch, Ping, Submit, Target};
use wireproof_wire::nnrp::{Command, Nnrp};

/// One session and its share of the operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Session {
    /// Where it stands.
    pub stage: Stage,
    /// Tag of its last opening command.
    pub tag: u64,
    /// Number the server gave it, 0 before.
    pub number: u32,
    /// Class asked for.
    pub priority: u8,
    /// Operations still to submit.
    pub left: u32,
    /// How often it was asked for.
    pub asked: u32,
    /// Submits in a row that were held back.
    pub blocked: u32,
    /// Not before then, after a submit was held back.
    pub rest_until: Instant,
    /// Operations under way.
    pub running: u32,
}

/// An operation by session number, lane and frame.
pub type Operation = (u32, u16, u32);

/// Submits in a row that may be held back before the rest of a session is given up.
const MAX_BLOCKED: u32 = 60;
/// Time for a close to be answered beyond its drain, in ms.
const CLOSE_MS: u64 = 1_500;

impl Traffic {
    /// The session with this number.
    pub(super) fn by_number(&mut self, number: u32) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| number != 0 && session.number == number)
    }

    /// One action of the client at the pace of the settings, if anything is left to do.
    pub(super) fn act(&mut self, now: Instant, conn: ConnId) -> Option<Action<Nnrp>> {
        if now < self.act_at {
            return None;
        }
        let gap = u64::from(self.words.below(self.config.gap_us.max(1)));
        self.act_at = after_us(now, gap);
        if let Some(action) = self.aside(conn) {
            return Some(action);
        }
        let count = self.sessions.len() as u32;
        let first = self.words.below(count);
        for step in 0..count {
            let index = ((first + step) % count) as usize;
            let session = self.sessions[index];
            if session.stage != Stage::Open {
                continue;
            }
            if session.left == 0 {
                let early = self.words.chance(self.config.early_closes, 100);
                if session.running == 0 || early {
                    return Some(self.close(now, index));
                }
                continue;
            }
            if now >= session.rest_until {
                return Some(self.submit(index));
            }
        }
        None
    }

    /// Pings, patches and cancels, now and then.
    fn aside(&mut self, conn: ConnId) -> Option<Action<Nnrp>> {
        if self.words.chance(self.config.pings, 100) {
            let session = self.some_open().unwrap_or(0);
            let session = if self.words.chance(1, 2) { session } else { 0 };
            let ping = Command::Ping(Ping { conn, session });
            return Some(if self.words.chance(1, 2) { client(ping) } else { server(ping) });
        }
        if self.words.chance(self.config.patches, 100)
            && let Some(session) = self.some_open()
        {
            let cadence = 1_000 + self.words.below(5_000);
            let patch = Patch { session, target_cadence_x100: cadence, ..Patch::default() };
            return Some(client(Command::Patch(patch)));
        }
        if !self.running.is_empty() && self.words.chance(self.config.cancels, 100) {
            let at = self.words.below(self.running.len() as u32) as usize;
            let (session, lane, frame) = self.running[at];
            // Not where the application knows that nothing can be sent.
            let usable = self
                .by_number(session)
                .is_some_and(|session| matches!(session.stage, Stage::Open | Stage::Closing(_)));
            if usable {
                return Some(client(Command::Cancel(Target { session, lane, frame })));
            }
        }
        None
    }

    fn some_open(&mut self) -> Option<u32> {
        let open = self.sessions.iter().filter(|session| session.stage == Stage::Open);
        let count = open.clone().count() as u32;
        let at = self.words.below(count) as usize;
        open.map(|session| session.number).nth(at)
    }

    fn submit(&mut self, index: usize) -> Action<Nnrp> {
        let lane = self.words.below(u32::from(self.config.lanes)) as u16;
        let length = 1 + self.words.below(self.config.payload.max(1)) as usize;
        let text = TEXT.chars().cycle().skip(index).take(length).collect();
        let frame_class = if self.words.chance(1, 10) { 0 } else { 1 };
        let loss_tolerance = if frame_class == 0 { 1 } else { 0xFF };
        // Nothing that is allowed need be used, so everything is.
        let budget_policy = 0x0F;
        let session = &mut self.sessions[index];
        session.left -= 1;
        session.running += 1;
        self.submitted += 1;
        let frame = self.next_frame(index, lane);
        let session = self.sessions[index].number;
        self.running.push((session, lane, frame));
        client(Command::Submit(Submit {
            session,
            lane,
            frame,
            text,
            frame_class,
            loss_tolerance,
            budget_policy,
            ..Submit::default()
        }))
    }

    /// Frame ids rise per lane and leave gaps.
    fn next_frame(&mut self, index: usize, lane: u16) -> u32 {
        let slot = index * usize::from(self.config.lanes) + usize::from(lane);
        let step = if self.words.chance(1, 10) { 2 } else { 1 };
        self.frames[slot] += step;
        self.frames[slot]
    }

    /// Ends a session from either side.
    fn close(&mut self, now: Instant, index: usize) -> Action<Nnrp> {
        let abort = self.words.chance(self.config.aborts, 100);
        let drain_timeout_ms = if abort { 0 } else { 20 + self.words.below(200) };
        let limit = CLOSE_MS + u64::from(drain_timeout_ms);
        self.sessions[index].stage = Stage::Closing(after_ms(now, limit));
        self.agenda.enter(after_ms(now, limit), Due::Look);
        let session = self.sessions[index].number;
        let reason = if self.words.chance(1, 2) { 0 } else { 3 };
        let close = Command::Close(Close { session, reason, abort, drain_timeout_ms });
        if self.words.chance(1, 2) { client(close) } else { server(close) }
    }

    /// A submit was held back: its operation is to be submitted again, later.
    pub(super) fn held_back(&mut self, now: Instant, operation: Operation) {
        self.forget(operation);
        self.submitted = self.submitted.saturating_sub(1);
        let rest = after_us(now, 2_000 + u64::from(self.words.below(20_000)));
        if let Some(session) = self.by_number(operation.0) {
            session.left += 1;
            session.blocked += 1;
            session.rest_until = rest;
            if session.blocked > MAX_BLOCKED {
                session.left = 0;
            }
        }
    }

    /// An operation has ended at the client.
    pub(super) fn forget(&mut self, operation: Operation) {
        if let Some(at) = self.running.iter().position(|&running| running == operation) {
            self.running.swap_remove(at);
            if let Some(session) = self.by_number(operation.0) {
                session.running = session.running.saturating_sub(1);
            }
        }
    }

    /// A session is gone; what it had left is given to a fresh one if that can still be asked for.
    pub(super) fn gone(&mut self, number: u32) {
        self.running.retain(|(session, _, _)| *session != number);
        let lanes = usize::from(self.config.lanes);
        let Some(index) = self.sessions.iter().position(|s| number != 0 && s.number == number)
        else {
            return;
        };
        self.frames[index * lanes..(index + 1) * lanes].fill(0);
        let session = &mut self.sessions[index];
        session.number = 0;
        session.running = 0;
        let wanted = session.left != 0 && !matches!(session.stage, Stage::Closing(_));
        session.stage = if wanted { Stage::New } else { Stage::Gone };
    }
}

const TEXT: &str = "the quick brown fox jumps over the lazy dog ";
