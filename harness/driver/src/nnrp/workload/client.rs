//! What the client does on its sessions.

use super::link::{by, client};
use super::session::{Operation, Session, Stage};
use super::traffic::{Due, Traffic, after_ms, after_us};
use crate::Action;
use wireproof_base::{Instant, Role};
use wireproof_wire::nnrp::command::{Close, Patch, Ping, Probe, Submit, Target};
use wireproof_wire::nnrp::submit::{FIRE_AND_FORGET, OPAQUE};
use wireproof_wire::nnrp::{Command, Nnrp};

/// Submits in a row that may be held back before the rest of a session is given up.
const MAX_BLOCKED: u32 = 60;
/// Time for a close to be answered beyond its drain, in ms.
const CLOSE_MS: u64 = 1_500;
/// `budget_policy`: nothing that is allowed need be used, so everything is.
const ANYTHING: u8 = 0x0F;
/// `loss_tolerance_policy`: as agreed for the session.
const INHERIT: u8 = 0xFF;

impl Traffic {
    /// The session with this number.
    pub(super) fn by_number(&mut self, number: u32) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| number != 0 && session.number == number)
    }

    /// One action of the client at the pace of the settings, if anything is left to do.
    pub(super) fn act(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        if now < self.act_at {
            return None;
        }
        let gap = 1 + u64::from(self.words.below(self.config.gap_us.max(1)));
        self.act_at = after_us(now, gap);
        if let Some(action) = self.aside(now) {
            return Some(action);
        }
        let count = self.sessions.len() as u32;
        let first = self.words.below(count);
        for step in 0..count {
            let index = ((first + step) % count) as usize;
            let session = self.sessions[index];
            if session.stage != Stage::Open || self.ready(session.home).is_none() {
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

    /// Everything that is not work, now and then. One word decides, so that the rates are shares
    /// of all actions.
    fn aside(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        let mut drawn = self.words.below(100);
        let mut falls_into = |rate: u32| {
            let hit = drawn < rate;
            drawn = drawn.wrapping_sub(rate);
            hit && rate > 0
        };
        let config = &self.config;
        if falls_into(config.pings) {
            self.ping()
        } else if falls_into(config.probes) {
            self.probe()
        } else if falls_into(config.patches) {
            self.patch()
        } else if falls_into(config.cancels) {
            self.cancel()
        } else if falls_into(config.migrations) {
            self.migrate(now)
        } else if falls_into(config.puts) {
            self.put()
        } else if falls_into(config.invalidations) {
            self.invalidate()
        } else {
            None
        }
    }

    fn ping(&mut self) -> Option<Action<Nnrp>> {
        let session = self.some_open().map_or(0, |index| self.sessions[index].number);
        let session = if self.words.chance(1, 2) { session } else { 0 };
        let (_, conn) = self.some_ready(None)?;
        let node = if self.words.chance(1, 2) { Role::Client } else { Role::Server };
        Some(by(node, Command::Ping(Ping { conn, session })))
    }

    fn probe(&mut self) -> Option<Action<Nnrp>> {
        let (_, conn) = self.some_ready(None)?;
        let (id, bytes) = (1 + self.words.below(9), self.words.below(200));
        Some(client(Command::Probe(Probe { conn, id, bytes })))
    }

    /// Any fields at once; some values lie outside of what was agreed.
    fn patch(&mut self) -> Option<Action<Nnrp>> {
        let index = self.some_open()?;
        let session = self.sessions[index].number;
        let lanes = match self.words.below(4) {
            0 => 1 << self.words.below(64),
            _ => 1 + u64::from(self.words.below(3)),
        };
        Some(client(Command::Patch(Patch {
            session,
            mask: 1 + self.words.below(0x3F),
            target_cadence_x100: 1_000 + self.words.below(5_000),
            quality_tier: self.words.below(4) as u16,
            degrade_policy: self.words.below(3) as u16,
            lanes,
        })))
    }

    /// Cancels an operation, or with it every other one of its lane that is under way.
    fn cancel(&mut self) -> Option<Action<Nnrp>> {
        let at = self.words.below(self.running.len() as u32) as usize;
        let &(session, lane, frame) = self.running.get(at)?;
        // Not where the application knows that nothing can be sent.
        let usable =
            |session: &mut Session| matches!(session.stage, Stage::Open | Stage::Closing(_));
        if !self.by_number(session).is_some_and(usable) {
            return None;
        }
        let target = |frame| client(Command::Cancel(Target { session, lane, frame }));
        if self.words.chance(self.config.bursts, 100) {
            let others = self
                .running
                .iter()
                .filter(|(of, on, other)| (*of, *on) == (session, lane) && *other != frame);
            self.queue.extend(others.map(|&(_, _, other)| target(other)));
        }
        Some(target(frame))
    }

    /// A session that works, by its place.
    pub(super) fn some_open(&mut self) -> Option<usize> {
        let is_open = |session: &Session| session.stage == Stage::Open;
        let count = self.sessions.iter().filter(|session| is_open(session)).count() as u32;
        let at = self.words.below(count) as usize;
        let open = self.sessions.iter().enumerate().filter(|(_, session)| is_open(session));
        open.map(|(index, _)| index).nth(at)
    }

    fn submit(&mut self, index: usize) -> Action<Nnrp> {
        let lane = self.words.below(u32::from(self.config.lanes)) as u16;
        let keyframe = self.words.chance(1, 10);
        let earlier = self.frames[index * usize::from(self.config.lanes) + usize::from(lane)];
        let frame = self.next_frame(index, lane);
        let session = &mut self.sessions[index];
        session.left -= 1;
        session.running += 1;
        self.submitted += 1;
        let mut submit = Submit {
            session: session.number,
            lane,
            frame,
            text: self.text(index),
            frame_class: if keyframe { 0 } else { 1 + self.words.below(3) as u8 },
            loss_tolerance: self.tolerance(keyframe),
            budget_policy: ANYTHING,
            ..Submit::default()
        };
        match self.words.below(10) {
            0 => submit.budget_policy = self.words.below(16) as u8,
            1 => submit.payload_kind = OPAQUE,
            _ => {}
        }
        if self.words.chance(self.config.hurried, 100) {
            submit.latency_budget_ms = 1 + self.words.below(12) as u16;
        }
        if earlier != 0 && self.words.chance(self.config.superseding, 100) {
            submit.retry_of = earlier;
        } else if earlier != 0 && self.words.chance(self.config.dependent, 100) {
            submit.dependency = earlier;
        }
        if self.words.chance(self.config.references, 100) {
            self.refer(&mut submit);
        }
        self.running.push((submit.session, lane, frame));
        client(Command::Submit(submit))
    }

    fn tolerance(&mut self, keyframe: bool) -> u8 {
        match self.words.below(8) {
            _ if keyframe => 1,
            0 => FIRE_AND_FORGET,
            level @ 1..=2 => level as u8,
            _ => INHERIT,
        }
    }

    fn text(&mut self, index: usize) -> String {
        let length = 1 + self.words.below(self.config.payload.max(1)) as usize;
        let start = index % TEXT.len();
        match TEXT.get(start..start + length) {
            Some(text) => text.to_owned(),
            None => TEXT.chars().cycle().skip(start).take(length).collect(),
        }
    }

    /// Frame ids rise per lane and leave gaps.
    fn next_frame(&mut self, index: usize, lane: u16) -> u32 {
        let slot = index * usize::from(self.config.lanes) + usize::from(lane);
        let step = if !self.config.plain && self.words.chance(1, 10) { 2 } else { 1 };
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
        let reason = self.words.below(6) as u16;
        let close = Command::Close(Close { session, reason, abort, drain_timeout_ms });
        if self.config.plain {
            return by(Role::Client, close);
        }
        let node = if self.words.chance(1, 2) { Role::Client } else { Role::Server };
        // Now and then both sides have enough at the same time.
        if self.words.chance(1, 12) {
            self.queue.push(by(node.peer(), close.clone()));
        }
        by(node, close)
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
        let Some(index) = self.sessions.iter().position(|s| number != 0 && s.number == number)
        else {
            return;
        };
        self.fresh_frames(index);
        let session = &mut self.sessions[index];
        session.number = 0;
        session.running = 0;
        session.moving = None;
        let wanted = session.left != 0 && !matches!(session.stage, Stage::Closing(_));
        session.stage = match session.stage {
            // Something that was asked for meanwhile may still be granted.
            Stage::Asked(until) if wanted && session.is_asking() => Stage::Asked(until),
            _ if wanted => Stage::New,
            _ => Stage::Gone,
        };
    }

    /// Frames of a session start over.
    pub(super) fn fresh_frames(&mut self, index: usize) {
        let lanes = usize::from(self.config.lanes);
        self.frames[index * lanes..(index + 1) * lanes].fill(0);
    }
}

const TEXT: &str =
    "the quick brown fox jumps over the lazy dog and runs away from the big bad wolf ";
