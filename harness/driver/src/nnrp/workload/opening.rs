//! Sessions that are opened, found again and moved.

use super::link::client;
use super::session::{Session, Stage};
use super::traffic::{Traffic, after_ms};
use crate::Action;
use wireproof_base::{ConnId, Instant};
use wireproof_wire::nnrp::command::{Migrate, Open, Resume};
use wireproof_wire::nnrp::session::{
    ALLOW_BACKGROUND_RESULTS, ALLOW_CACHE_LEASES, ALLOW_RESUME, ALLOW_SCHEMA_OVERRIDE,
};
use wireproof_wire::nnrp::{Command, Nnrp};

/// Time for an open to be answered, in ms.
const OPEN_MS: u64 = 1_500;
/// How often one session is asked for.
const MAX_ASKED: u32 = 14;
/// A schema that no server knows.
const UNKNOWN_SCHEMA: u32 = 0x77;
const ANCHOR: (u32, u32) = (0x1001, 3);

impl Traffic {
    /// The next session to ask for on a connection that is ready.
    pub(super) fn ask(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        let due = |session: &Session| match session.stage {
            Stage::New | Stage::Detached => now >= session.not_before,
            Stage::Asked(until) => now >= until,
            _ => false,
        };
        for index in 0..self.sessions.len() {
            let session = self.sessions[index];
            if !due(&session) {
                continue;
            }
            if matches!(session.stage, Stage::Asked(_)) {
                // Asked for without an answer: this connection is of no use.
                let moving = session.moving.map(|(slot, _)| slot);
                let Some(slot) = session.asked_on().or(moving) else {
                    self.sessions[index].stage = session.back();
                    continue;
                };
                return self.give_up(now, slot);
            }
            if session.asked >= MAX_ASKED {
                self.sessions[index].stage = Stage::Gone;
                continue;
            }
            let (slot, conn) = self.some_ready(None)?;
            self.sessions[index].asked += 1;
            let until = after_ms(now, OPEN_MS);
            self.sessions[index].stage = Stage::Asked(until);
            if session.stage == Stage::New {
                return Some(self.open(index, slot, conn));
            }
            if self.words.chance(self.config.migrations, 50) {
                self.sessions[index].moving = Some((slot, until));
                let session = session.number;
                return Some(client(Command::Migrate(Migrate { session, conn })));
            }
            return Some(self.resume(index, slot, conn));
        }
        None
    }

    fn open(&mut self, index: usize, slot: usize, conn: ConnId) -> Action<Nnrp> {
        self.tags += 1;
        let tag = self.tags;
        let session = &mut self.sessions[index];
        session.ask(tag, slot);
        session.home = slot;
        session.number = 0;
        let mut open = Open { conn, tag, priority: self.words.below(3) as u8, ..Open::default() };
        if self.config.plain {
            (open.schema_id, open.schema_version) = ANCHOR;
            session.resumable = false;
            return client(Command::Open(open));
        }
        session.resumable = !self.words.chance(self.config.forgetful, 100);
        if session.resumable {
            open.flags |= ALLOW_RESUME;
        }
        for flag in [ALLOW_CACHE_LEASES, ALLOW_BACKGROUND_RESULTS, ALLOW_SCHEMA_OVERRIDE] {
            if !self.words.chance(self.config.modest, 100) {
                open.flags |= flag;
            }
        }
        if self.words.chance(1, 3) {
            (open.schema_id, open.schema_version) = ANCHOR;
        }
        match self.words.below(12) {
            0 => open.deadline_ms = 5 + self.words.below(60),
            1 => open.max_in_flight = 1 + self.words.below(8) as u16,
            2 => open.lease_ttl_ms = 20 + self.words.below(500),
            3 => open.requested = 1_000 + tag as u32,
            _ => {}
        }
        if self.words.chance(self.config.wrong_opens, 100) {
            self.spoil(&mut open);
        }
        client(Command::Open(open))
    }

    /// Wishes that the server cannot grant.
    fn spoil(&mut self, open: &mut Open) {
        match self.words.below(4) {
            0 => open.profile = 3 + self.words.below(9) as u16,
            1 => (open.schema_id, open.schema_version) = (UNKNOWN_SCHEMA, 1),
            2 => (open.schema_id, open.schema_version) = (ANCHOR.0, 99),
            _ => {
                let live = self.sessions.iter().map(|session| session.number);
                open.requested = live.max().unwrap_or(0);
            }
        }
    }

    /// Asks for a lost session, now and then on two connections at once.
    fn resume(&mut self, index: usize, slot: usize, conn: ConnId) -> Action<Nnrp> {
        if self.words.chance(self.config.races, 100)
            && let Some((other, rival)) = self.some_ready(Some(slot))
        {
            let again = self.resume_on(index, other, rival);
            self.queue.push(again);
        }
        self.resume_on(index, slot, conn)
    }

    fn resume_on(&mut self, index: usize, slot: usize, conn: ConnId) -> Action<Nnrp> {
        self.tags += 1;
        let tag = self.tags;
        self.sessions[index].ask(tag, slot);
        let session = self.sessions[index].number;
        let settled = if self.words.chance(1, 2) { self.settled(index) } else { 0 };
        client(Command::Resume(Resume { conn, session, tag, watermark: settled }))
    }

    /// The highest operation at or below which nothing is open.
    fn settled(&self, index: usize) -> u64 {
        let id = |lane: u16, frame: u32| u64::from(lane) << 32 | u64::from(frame);
        let number = self.sessions[index].number;
        let of_session = self.running.iter().filter(|(session, _, _)| *session == number);
        let open = of_session.map(|&(_, lane, frame)| id(lane, frame)).min();
        let lanes = usize::from(self.config.lanes);
        let frames = &self.frames[index * lanes..(index + 1) * lanes];
        let last = frames.iter().enumerate().filter(|(_, frame)| **frame != 0);
        let last = last.map(|(lane, &frame)| id(lane as u16, frame)).max().unwrap_or(0);
        open.map_or(last, |open| open - 1)
    }

    /// Moves a session that works to another connection.
    pub(super) fn migrate(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        let index = self.some_open()?;
        let Session { home, number, moving, .. } = self.sessions[index];
        if moving.is_some() {
            return None;
        }
        let (slot, conn) = self.some_ready(Some(home))?;
        self.sessions[index].moving = Some((slot, after_ms(now, OPEN_MS)));
        Some(client(Command::Migrate(Migrate { session: number, conn })))
    }

    /// A move that is not answered: the connection it was asked on is of no use.
    pub(super) fn tire_of_moves(&mut self, now: Instant) -> Option<Action<Nnrp>> {
        let late = |session: &Session| session.moving.filter(|(_, until)| now >= *until);
        let (slot, _) = self.sessions.iter().find_map(late)?;
        if self.slots[slot].link.conn().is_none() {
            self.lost(now, slot);
        }
        self.give_up(now, slot)
    }

    pub(super) fn opened(&mut self, tag: u64, conn: ConnId, number: u32, resumed: bool) {
        let Some(index) = self.sessions.iter_mut().position(|own| own.answered(tag).is_some())
        else {
            return;
        };
        if !resumed && self.sessions[index].number != number {
            // A fresh one, maybe in place of one that could not be found again.
            let old = self.sessions[index].number;
            self.running.retain(|(session, _, _)| *session != old || old == 0);
            self.fresh_frames(index);
            self.sessions[index].running = 0;
        }
        let slot = self.slot_of(conn);
        let session = &mut self.sessions[index];
        session.number = number;
        session.blocked = 0;
        session.home = slot.unwrap_or(session.home);
        if matches!(session.stage, Stage::Asked(_) | Stage::Detached | Stage::New) {
            session.stage = Stage::Open;
        }
    }

    pub(super) fn refused(&mut self, now: Instant, tag: u64, code: u32, later: bool) {
        let Some(index) = self.sessions.iter_mut().position(|own| own.answered(tag).is_some())
        else {
            return;
        };
        let session = &mut self.sessions[index];
        if session.is_asking() || !matches!(session.stage, Stage::Asked(_)) {
            // The other one of two that raced.
            return;
        }
        if later && code == 0 {
            // The connection was lost before an answer came.
            session.stage = session.back();
            return;
        }
        session.not_before = after_ms(now, if later { 40 } else { 1 });
        session.stage = Stage::New;
        let number = session.number;
        self.gone(number);
    }

    pub(super) fn migrated(&mut self, number: u32, conn: ConnId, code: u32, resume_from: u32) {
        let slot = self.slot_of(conn);
        let place = self.sessions.iter().position(|own| number != 0 && own.number == number);
        if let Some(index) = place.filter(|_| code == 0) {
            // One number for all lanes: none of them goes on below it.
            let lanes = usize::from(self.config.lanes);
            for last in &mut self.frames[index * lanes..(index + 1) * lanes] {
                *last = (*last).max(resume_from.saturating_sub(1));
            }
        }
        let Some(session) = self.by_number(number) else { return };
        if session.moving.take().is_none() {
            return;
        }
        match (code, session.stage) {
            (0, Stage::Asked(_) | Stage::Open | Stage::Detached) => {
                session.home = slot.unwrap_or(session.home);
                session.stage = Stage::Open;
            }
            (_, Stage::Asked(_)) => session.stage = Stage::Detached,
            _ => {}
        }
    }
}
