//! Streams, at the side that sends and at the side that receives.

use super::ids::uuid;
use super::link::{agent, by};
use super::node::Pending;
use super::traffic::{Due, Traffic, after_us};
use crate::Action;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::ncp::command::{Abort, Chunk, Open, Subscribe, Window};
use wireproof_wire::ncp::{Command, Event, Ncp};

/// One stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// `stream_id`.
    pub id: String,
    /// Its connection.
    pub conn: ConnId,
    /// The side that sends its data.
    pub owner: Role,
    /// The line of its schema.
    line: u32,
    /// The query it answers; empty for none.
    request: String,
    /// Chunks to send after the first.
    left: u32,
    /// Whether there is flow control, and how many chunks the receiver still expects.
    room: Option<u32>,
    /// Whether its end was seen, at either side, or its connection is gone.
    pub over: bool,
}

/// Codes with which a sender breaks off.
const FAILURES: [&str; 3] = ["NWP-NODE-UNAVAILABLE", "NPS-SERVER-INTERNAL", "NPS-SERVER-TIMEOUT"];

impl Traffic {
    /// Opens the stream that a query asks for.
    pub(super) fn answer_with_stream(&mut self, now: Instant, request: &Pending) -> Action<Ncp> {
        let line = self.line_of(&request.anchor_ref);
        let current = self.lines[line as usize].current().map(|version| version.id.clone());
        // A query may be answered under the successor of its schema.
        let anchor_ref = current.unwrap_or_else(|| request.anchor_ref.clone());
        // A stream may have the name of the query it answers, or one of its own.
        let id = match self.words.chance(1, 3) {
            true => request.id.clone(),
            false => uuid(&mut self.words),
        };
        let open = self.opened(now, Role::Server, line, &id, request);
        by(Role::Server, Command::Open(Open { anchor_ref, ..open }))
    }

    /// An Agent opens a stream of its own.
    pub(super) fn upload(&mut self, now: Instant, conn: ConnId) {
        let Some(version) = self.lines.first().and_then(|line| line.current()) else { return };
        let anchor_ref = version.id.clone();
        let id = uuid(&mut self.words);
        let unasked = Pending {
            conn,
            kind: wireproof_wire::ncp::frame_type::FrameType::Stream,
            anchor_ref: anchor_ref.clone(),
            stream: true,
            id: String::new(),
            stuck: false,
        };
        let open = self.opened(now, Role::Client, 0, &id, &unasked);
        self.queue.push(agent(Command::Open(Open { anchor_ref, ..open })));
    }

    /// Draws a stream, and plans how it goes on.
    fn opened(
        &mut self,
        now: Instant,
        owner: Role,
        line: u32,
        id: &str,
        request: &Pending,
    ) -> Open {
        let window = self.words.chance(self.config.windows, 100);
        let window = window.then(|| self.words.below(self.config.window + 1));
        let left = self.words.below(self.config.chunks);
        let stream = Stream {
            id: id.to_owned(),
            conn: request.conn,
            owner,
            line,
            request: request.id.clone(),
            left,
            room: window,
            over: false,
        };
        self.streams.push(stream);
        let at = self.streams.len() - 1;
        if left > 0 {
            let next = self.within(now, self.config.service_us);
            self.agenda.enter(next, Due::Feed(at));
        }
        let data = self.data(line);
        Open {
            conn: request.conn,
            stream_id: id.to_owned(),
            anchor_ref: String::new(),
            data,
            window,
            last: left == 0,
            request_id: request.id.clone(),
        }
    }

    /// The sender of a stream goes on, or breaks off.
    pub(super) fn feed(&mut self, now: Instant, at: usize) -> Option<Action<Ncp>> {
        let Stream { owner, line, left, over, .. } = self.streams[at];
        if over || left == 0 || !self.is_ready(self.streams[at].conn) {
            return None;
        }
        let stream_id = self.streams[at].id.clone();
        if self.words.chance(self.config.aborts, 100 * left.max(1)) {
            self.streams[at].left = 0;
            let error = FAILURES[self.words.below(FAILURES.len() as u32) as usize].to_owned();
            return Some(by(owner, Command::Abort(Abort { stream_id, error })));
        }
        self.streams[at].left -= 1;
        if left > 1 {
            let next = self.within(now, self.config.service_us);
            self.agenda.enter(next, Due::Feed(at));
        }
        let data = self.data(line);
        Some(by(owner, Command::Chunk(Chunk { stream_id, data, last: left == 1 })))
    }

    /// The receiver of a stream has room, or is full for a while.
    pub(super) fn room(&mut self, now: Instant, at: usize, size: u32) -> Option<Action<Ncp>> {
        let Stream { owner, room, over, .. } = self.streams[at];
        let room = room.filter(|_| !over && self.is_ready(self.streams[at].conn))?;
        if size > 0 && self.words.chance(self.config.pauses, 100) {
            let later = self.within(now, self.config.slow_us);
            self.agenda.enter(later, Due::Room(at, size));
            return Some(self.tell(at, owner, 0));
        }
        self.streams[at].room = Some(room.saturating_add(size));
        Some(self.tell(at, owner, size))
    }

    fn tell(&self, at: usize, owner: Role, size: u32) -> Action<Ncp> {
        let stream_id = self.streams[at].id.clone();
        by(owner.peer(), Command::Window(Window { stream_id, size }))
    }

    /// The receiver of a stream gives up.
    pub(super) fn give_up_stream(&mut self, at: usize) -> Option<Action<Ncp>> {
        let stream = &self.streams[at];
        if stream.over || !self.is_ready(stream.conn) {
            return None;
        }
        let cancel = Abort { stream_id: stream.id.clone(), ..Abort::default() };
        Some(by(stream.owner.peer(), Command::Cancel(cancel)))
    }

    /// An Agent stops its streaming query.
    pub(super) fn stop(&mut self, at: usize) -> Option<Action<Ncp>> {
        let stream = &self.streams[at];
        if stream.over || stream.request.is_empty() || !self.is_ready(stream.conn) {
            return None;
        }
        Some(agent(Command::Subscribe(Subscribe {
            conn: stream.conn,
            action: "unsubscribe".to_owned(),
            stream_id: stream.request.clone(),
            ..Subscribe::default()
        })))
    }

    /// What either side sees of streams.
    pub(super) fn stream_saw(&mut self, now: Instant, node: Role, event: &Event) {
        let (id, opened, ended) = match event {
            Event::Opened { stream_id, .. } => (stream_id, true, false),
            Event::Chunk { stream_id, .. } => (stream_id, false, false),
            Event::Ended { stream_id, .. } => (stream_id, false, true),
            _ => return,
        };
        let Some(at) = self.streams.iter().position(|stream| stream.id == *id) else { return };
        if ended {
            // The receiver sees the end last, unless it made it.
            self.streams[at].over |= node != self.streams[at].owner || self.streams[at].left > 0;
            return;
        }
        if node == self.streams[at].owner {
            return;
        }
        if opened {
            self.draw_end(now, at);
        }
        // The opener is free (OP-21).
        let later_chunk = matches!(event, Event::Chunk { seq, .. } if *seq > 0);
        let Some(room) = self.streams[at].room else { return };
        let room = if later_chunk { room.saturating_sub(1) } else { room };
        self.streams[at].room = Some(room);
        if !(opened || later_chunk) {
            return;
        }
        let early = self.words.chance(self.config.early, 100);
        if room == 0 || early {
            let slow = self.words.chance(self.config.slow, 100);
            let most = if slow { self.config.slow_us } else { 500 };
            let at_once = after_us(now, 1 + u64::from(self.words.below(most)));
            let size = 1 + self.words.below(self.config.window);
            self.agenda.enter(at_once, Due::Room(at, size));
        }
    }

    /// Whether the receiver of a stream will end it.
    fn draw_end(&mut self, now: Instant, at: usize) {
        let cancels = self.words.chance(self.config.cancels, 100);
        let stops = self.words.chance(self.config.stops, 100);
        let when = self.within(now, self.config.slow_us);
        if cancels {
            self.agenda.enter(when, Due::GiveUp(at));
        } else if stops {
            self.agenda.enter(when, Due::Stop(at));
        }
    }
}
