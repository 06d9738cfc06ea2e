//! The Agent in HTTP mode: requests that wait each for a response of its own (NCP §2.2).

use super::Agent;
use super::requests::Waiting;
use crate::ncp::endpoint::{Out, Pending, Side, unreadable};
use wireproof_base::StreamId;
use wireproof_wire::ncp::code::NPS_SERVER_TIMEOUT;
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::http::{Message, Refusal, Start, content};

impl Agent {
    /// A request went out.
    pub(super) fn await_response(&mut self, link: usize, waiting: Waiting) {
        let deadline = self.core.deadline(self.core.setup.caps_timeout_ms);
        let entry = &mut self.core.links[link];
        let stream = entry.last_stream();
        if let Some(pending) = entry.pending() {
            pending.push(Pending { stream, deadline, waiting });
            entry.deadline = entry.deadline.or(Some(deadline));
        }
    }

    /// A response arrived. One that nobody waits for answers a request that was repeated, or one
    /// that was given up.
    pub(super) fn on_response(
        &mut self,
        link: usize,
        stream: StreamId,
        bytes: &[u8],
        out: &mut Out,
    ) {
        let Some(pending) = self.core.links[link].pending() else { return };
        let Some(at) = pending.iter().position(|pending| pending.stream == stream) else { return };
        let waiting = pending.remove(at).waiting;
        self.rewind(link);
        self.conclude(link, waiting, &response(bytes), stream, out);
    }

    /// Requests whose time is over (NPS-SERVER-TIMEOUT). The latest response in time comes at the
    /// limit itself (`OP-49`).
    pub(super) fn give_up_waiting(&mut self, link: usize, out: &mut Out) {
        loop {
            let now = self.core.now;
            let Some(pending) = self.core.links[link].pending() else { return };
            let overdue = pending.iter().position(|pending| pending.deadline <= now);
            let Some(at) = overdue else { return self.rewind(link) };
            let Pending { stream, waiting, .. } = pending.remove(at);
            let error = Err(Error::of(NPS_SERVER_TIMEOUT));
            self.conclude(link, waiting, &error, stream, out);
        }
    }

    /// Sets the timer to the request that is given up next.
    fn rewind(&mut self, link: usize) {
        let entry = &mut self.core.links[link];
        let next = entry.pending().and_then(|all| all.iter().map(|one| one.deadline).min());
        entry.deadline = next;
    }

    /// Takes an answer as that of one request, whatever else waits.
    fn conclude(
        &mut self,
        link: usize,
        waiting: Waiting,
        answer: &Result<Message, Error>,
        stream: StreamId,
        out: &mut Out,
    ) {
        let named = waiting.id.clone();
        self.core.links[link].agent.waiting.push_back(waiting);
        let frames = answer.as_ref().map_err(Clone::clone).and_then(|message| {
            let frames = self.core.links[link].frames(&message.body);
            frames.map_err(|violation| Error::of(violation.code))
        });
        match frames {
            Ok(frames) => {
                for frame in frames {
                    if !self.core.links[link].told {
                        self.frame(link, stream, frame, out);
                    }
                }
            }
            Err(mut error) => {
                if error.detail("request_id").is_none() && !named.is_empty() {
                    error = error.about("request_id", &named);
                }
                self.on_error(link, &error, out);
            }
        }
        self.core.links[link].agent.waiting.clear();
        self.core.end_streams(link, out);
    }
}

/// The response that brings frames, or what is wrong.
fn response(bytes: &[u8]) -> Result<Message, Error> {
    let message = Message::read(bytes).map_err(|_| unreadable())?;
    match message.start {
        Start::Response { status: 200 } if message.content_type() == content::CAPSULE => {
            if message.body.is_empty() { Err(unreadable()) } else { Ok(message) }
        }
        Start::Response { .. } => match Refusal::read(&message) {
            Ok(refusal) => Err(refusal.error),
            Err(_) => Err(unreadable()),
        },
        Start::Request { .. } => Err(unreadable()),
    }
}
