//! How a connection ends (reference 8.1 C03 to C05, C09 to C12, C14; NCP-CONN-013).

use super::core::{Core, Out, blocked};
use super::link::Link;
use super::outgoing::ended;
use crate::ncp::connection::Event as Move;
use crate::ncp::slots::Event as Slot;
use crate::ncp::stream_receiver::{Event as Incoming, Output as Received};
use crate::ncp::stream_sender::{Event as Outgoing, Output as Sent};
use alloc::string::String;
use wireproof_base::ConnId;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::event::{Hold, StreamEnd};

impl Core {
    /// The application ends a connection (C05, C10).
    pub fn close(&mut self, conn: ConnId, out: &mut Out) {
        match self.link(conn) {
            Some(link) if !self.links[link].told => self.end(link, Move::Close, "", out),
            _ => blocked(conn, "", Hold::State, out),
        }
    }

    /// Ends a connection because the peer left no room for an answer (`OP-27`).
    pub fn close_silently(&mut self, link: usize, out: &mut Out) {
        self.end(link, Move::Close, "", out);
    }

    /// Leaves the state in which frames flow, tells the application, and closes the transport.
    /// `error` is the code behind it, if there is one.
    pub fn end(&mut self, link: usize, how: Move, error: &str, out: &mut Out) {
        let entry = &mut self.links[link];
        if entry.told {
            return;
        }
        entry.step(how);
        let conn = entry.conn;
        self.leave(link, error, out);
        out.shutdown(conn);
    }

    /// The transport is gone (C04, C11, C12, S14).
    pub fn lose(&mut self, conn: ConnId, out: &mut Out) {
        let open = |link: &Link| link.conn == conn && link.is_exchange();
        while let Some(at) = self.links.iter().position(open) {
            self.end_streams(at, out);
            self.forget_link(at);
        }
        let Some(link) = self.link(conn) else { return };
        self.links[link].step(Move::Lost);
        self.leave(link, "", out);
        self.forget_link(link);
    }

    /// All streams end (T12, V17), and the application hears that the connection has.
    fn leave(&mut self, link: usize, error: &str, out: &mut Out) {
        let entry = &mut self.links[link];
        if core::mem::replace(&mut entry.told, true) {
            return;
        }
        entry.deadline = None;
        let conn = entry.conn;
        self.end_streams(link, out);
        out.event(Event::Down { conn, error: String::from(error) });
    }

    /// All streams end with what carried them.
    pub fn end_streams(&mut self, link: usize, out: &mut Out) {
        let entry = &mut self.links[link];
        let conn = entry.conn;
        for mut stream in core::mem::take(&mut entry.outgoing) {
            if let Ok(Sent::Stop) = stream.sender.apply(Outgoing::Lost) {
                ended(conn, stream.id, StreamEnd::Lost, "", out);
            }
        }
        for mut stream in core::mem::take(&mut entry.incoming) {
            if let Ok(Received::Discard) = stream.receiver.apply(Incoming::Lost) {
                ended(conn, stream.id, StreamEnd::Lost, "", out);
            }
        }
        // Giving all slots back cannot be refused.
        let _ = entry.slots.apply(Slot::Lost);
    }
}
