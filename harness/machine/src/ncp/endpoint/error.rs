//! ErrorFrame from this side: how it is made to fit, and what it does to the connection (NCP §4.7,
//! `OP-05`, `OP-18`, `OP-27`).

use super::core::{Core, Out};
use crate::ncp::connection::Event as Move;
use alloc::string::String;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::Error;

impl Core {
    /// Answers with `code`.
    pub fn refuse(&mut self, link: usize, code: &str, out: &mut Out) {
        self.send_error(link, Error::of(code), out);
    }

    /// Answers with `code` about a stream.
    pub fn refuse_stream(&mut self, link: usize, stream_id: &str, code: &str, out: &mut Out) {
        self.send_error(link, Error::of(code).about("stream_id", stream_id), out);
    }

    /// An ErrorFrame arrived. It is never answered (NCP-ERR-008).
    pub fn on_error(&mut self, link: usize, error: &Error, out: &mut Out) {
        let named = |name| String::from(error.detail(name).unwrap_or_default());
        let stream_id = named("stream_id");
        out.event(Event::Failed {
            conn: self.links[link].conn,
            status: error.status.clone(),
            error: error.error.clone(),
            stream_id: stream_id.clone(),
            anchor_ref: named("anchor_ref"),
        });
        self.stop_stream(link, &stream_id, &error.error, out);
    }

    /// Sends an ErrorFrame. One that is too long loses its message, then its details; if the rest
    /// is too long, the connection is closed instead (`OP-27`).
    pub fn send_error(&mut self, link: usize, mut error: Error, out: &mut Out) {
        loop {
            let frame = Frame::Error(error);
            if self.send_control(link, &frame, out) != Err(Hold::Limit) {
                return;
            }
            let Frame::Error(long) = frame else { return };
            error = long;
            if error.message.take().is_none() && error.details.take().is_none() {
                return self.close_silently(link, out);
            }
        }
    }

    /// Answers with an ErrorFrame and ends the connection (C09).
    pub fn refuse_fatally(&mut self, link: usize, error: Error, out: &mut Out) {
        let code = error.error.clone();
        self.send_error(link, error, out);
        self.end(link, Move::Fatal, &code, out);
    }
}
