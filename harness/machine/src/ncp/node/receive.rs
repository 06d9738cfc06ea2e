//! Which part of the Node handles which frame and command.

use super::Node;
use crate::ncp::connection::Event as Move;
use crate::ncp::endpoint::{Core, Out, Side, blocked};
use wireproof_base::StreamId;
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::frames::caps::SYSTEM_CAPS;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::violation::Violation;

impl Side for Node {
    #[inline]
    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn connected(&mut self, link: usize) {
        self.await_hello(link);
    }

    fn settle(&mut self, out: &mut Out) {
        self.send_responses(out);
        self.part();
    }

    fn greeting(&mut self, link: usize, frame: Frame, out: &mut Out) {
        self.on_greeting(link, frame, out);
    }

    fn misgreeting(&mut self, link: usize, header: &Header, violation: &Violation, out: &mut Out) {
        self.on_misgreeting(link, header, violation, out);
    }

    fn frame(&mut self, link: usize, stream: StreamId, frame: Frame, out: &mut Out) {
        self.core.links[link].step(Move::Frame);
        match frame {
            Frame::Stream(frame) => {
                self.core.on_stream(link, stream, &frame, out);
            }
            Frame::Query(query) => self.on_query(link, &query, out),
            Frame::Action(action) => self.on_action(link, &action, out),
            Frame::Subscribe(subscribe) => self.on_subscribe(link, &subscribe, out),
            Frame::Diff(diff) => {
                self.core.on_diff(link, &diff, out);
            }
            Frame::Error(error) => self.core.on_error(link, &error, out),
            Frame::Companion(frame) => self.core.on_companion(link, &frame, out),
            // S13.
            Frame::Hello(_) => {
                self.core.refuse_fatally(link, Error::of(NPS_CLIENT_BAD_FRAME), out);
            }
            // OP-20, OP-54.
            Frame::Anchor(_) => self.core.foreign(link, false, out),
            Frame::Caps(caps) => {
                self.core.foreign(link, caps.anchor_ref == SYSTEM_CAPS, out);
            }
        }
    }

    fn message(&mut self, link: usize, stream: StreamId, bytes: &[u8], out: &mut Out) {
        self.on_request(self.core.links[link].conn, stream, bytes, out);
    }

    fn command(&mut self, command: &Command, out: &mut Out) {
        if let Some(conn) = command.conn().filter(|conn| self.core.is_http(*conn))
            && !self.pick(conn, command, out)
        {
            return;
        }
        match command {
            Command::Publish(publish) => self.publish(publish, out),
            Command::Withdraw(withdraw) => self.withdraw(withdraw, out),
            Command::Push(push) => self.push(push, out),
            Command::Answer(answer) => self.answer(answer, out),
            Command::Refuse(refuse) => self.refuse(refuse, out),
            Command::Open(open) => self.open(open, out),
            Command::Chunk(chunk) => self.core.chunk(chunk, out),
            Command::Abort(abort) => self.core.abort(abort, out),
            Command::Window(window) => self.core.window(window, out),
            Command::Cancel(cancel) => self.core.cancel(cancel, out),
            Command::Follow(follow) => self.follow(follow, out),
            Command::Change(change) => self.change(change, out),
            Command::Companion(companion) => self.core.companion(companion, out),
            Command::Close(target) => self.core.close(target.conn, out),
            Command::Hello(_)
            | Command::Query(_)
            | Command::Action(_)
            | Command::Subscribe(_)
            | Command::Fetched(_) => {
                blocked(command.conn().unwrap_or_default(), "", Hold::Role, out);
            }
        }
    }

    fn expire(&mut self, out: &mut Out) {
        for link in 0..self.core.links.len() {
            if self.core.links[link].deadline.is_some_and(|at| at <= self.core.now) {
                self.hello_overdue(link, out);
            }
        }
        self.send_heartbeats(out);
    }
}
