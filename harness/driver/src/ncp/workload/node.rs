//! What the application of a Node does.

use super::link::node;
use super::traffic::{Due, Traffic};
use crate::Action;
use wireproof_base::{ConnId, Instant};
use wireproof_wire::ncp::command::{Answer, Refuse};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Command, Event, Ncp};

/// A request that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The connection it came on.
    pub conn: ConnId,
    /// What it is.
    pub kind: FrameType,
    /// Its schema; empty for none.
    pub anchor_ref: String,
    /// Whether a stream is asked for.
    pub stream: bool,
    /// Its `request_id`, or the subscription.
    pub id: String,
    /// Whether an answer was tried that did not go out.
    pub stuck: bool,
}

impl Traffic {
    /// What the Node sees.
    pub(super) fn node_saw(&mut self, now: Instant, event: &Event) {
        match event {
            Event::Requested { conn, frame, anchor_ref, stream, request_id } => {
                let Some(kind) = FrameType::from_name(frame) else { return };
                self.pending.push(Pending {
                    conn: *conn,
                    kind,
                    anchor_ref: anchor_ref.clone(),
                    stream: *stream,
                    id: request_id.clone(),
                    stuck: false,
                });
                let at = self.within(now, self.config.service_us);
                self.agenda.enter(at, Due::Serve(*conn));
            }
            // A schema may have been taken away while the answer was made.
            Event::Blocked { conn, stream_id, why } if *why != Hold::Unknown => {
                self.unstick(*conn, stream_id, *why);
            }
            _ => {}
        }
    }

    /// An answer that did not go out is followed by a refusal.
    fn unstick(&mut self, conn: ConnId, stream_id: &str, why: Hold) {
        let Some(at) = self.pending.iter().position(|request| request.conn == conn) else { return };
        if !self.pending[at].stuck {
            return;
        }
        self.pending.remove(at);
        if let Some(stream) = self.streams.iter_mut().find(|stream| stream.id == stream_id) {
            stream.over = true;
        }
        // The Node itself answers that no stream is free.
        if why != Hold::Streams {
            let error = "NWP-NODE-UNAVAILABLE".to_owned();
            let refuse = Refuse { conn, error, message: String::new() };
            self.queue.push(node(Command::Refuse(refuse)));
        }
    }

    /// Answers the oldest request of a connection.
    pub(super) fn serve(&mut self, now: Instant, conn: ConnId) -> Option<Action<Ncp>> {
        // An answer that was not blocked has gone out by now.
        self.pending.retain(|request| !request.stuck);
        let at = self.pending.iter().position(|request| request.conn == conn)?;
        if !self.is_ready(conn) {
            self.pending.remove(at);
            return None;
        }
        let request = self.pending[at].clone();
        self.pending[at].stuck = true;
        if self.words.chance(self.config.refusals, 100) {
            self.pending.remove(at);
            let error = match request.kind {
                FrameType::Subscribe => "NWP-SUBSCRIBE-LIMIT-EXCEEDED",
                FrameType::Action => "NWP-ACTION-NOT-FOUND",
                _ if request.stream => "NWP-QUERY-STREAM-UNSUPPORTED",
                _ => "NWP-QUERY-FILTER-INVALID",
            };
            let (error, message) = (error.to_owned(), String::new());
            return Some(node(Command::Refuse(Refuse { conn, error, message })));
        }
        if request.stream {
            return Some(self.answer_with_stream(now, &request));
        }
        let mut answer = Answer { conn, ..Answer::default() };
        match request.kind {
            FrameType::Subscribe => self.acknowledged(now, &request.id, conn),
            FrameType::Action => {
                // Some schema that the Node has describes what came of it.
                answer.anchor_ref = self.lines.first()?.current()?.id.clone();
                answer.data = self.data(0);
            }
            _ => answer.data = self.data(self.line_of(&request.anchor_ref)),
        }
        Some(node(Command::Answer(answer)))
    }

    /// The line that a schema belongs to.
    pub(super) fn line_of(&self, anchor_ref: &str) -> u32 {
        let line = self.lines.iter().position(|line| line.find(anchor_ref).is_some());
        line.unwrap_or_default() as u32
    }
}
