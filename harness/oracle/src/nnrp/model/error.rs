//! ERROR: what it ends, what it refuses, and what it leaves alone.

use super::{Conn, End, Heard, Node, Stage};
use crate::nnrp::packet::Packet;
use wireproof_base::Role;
use wireproof_wire::nnrp::MessageType;
use wireproof_wire::nnrp::code::{
    FRAME_CANCELLED, INVALID_STATE, LIMIT_EXCEEDED, UNSUPPORTED_CAPABILITY,
};
use wireproof_wire::nnrp::error::{Error, SCOPE_CONNECTION, SCOPE_FRAME, SCOPE_SESSION};

impl Node {
    pub(super) fn error(&mut self, packet: &Packet<'_>, error: &Error) {
        let conn = &mut self.conns[packet.conn.0 as usize];
        let fatal = error.is_fatal == 1;
        match error.error_scope {
            SCOPE_CONNECTION if fatal && packet.mine => conn.fatal_sent = true,
            SCOPE_CONNECTION if fatal => conn.fatal_received = true,
            _ => {
                let soft = [INVALID_STATE, UNSUPPORTED_CAPABILITY, LIMIT_EXCEEDED];
                conn.soft_errors += 1;
                conn.soft_received |= !packet.mine && soft.contains(&error.error_code);
            }
        }
        if packet.mine && !conn.owed.is_empty() {
            conn.owed.remove(0);
        }
        if packet.mine && !conn.astray.is_empty() {
            conn.settle_astray(packet);
        }
        let heard = &self.heard;
        let answered = conn.settle(packet, error.error_scope, |kind| refuses(heard, packet, kind));
        if packet.mine && !self.store.puts.is_empty() {
            self.refuse_put(packet);
        }
        match error.error_scope {
            SCOPE_CONNECTION => {}
            SCOPE_SESSION => {
                let Some(session) = packet.session else { return };
                if fatal {
                    self.sessions[session].ended_by_word = true;
                    self.close_session(session, End::Closed);
                } else if !answered {
                    self.refuse_traced(packet, session);
                }
            }
            _ => self.frame_error(packet, error),
        }
    }

    /// A session-scope ERROR is paired with the submit it refuses by its trace id (`R-54`).
    fn refuse_traced(&mut self, packet: &Packet<'_>, session: usize) {
        let trace = packet.header().trace_id;
        let mut ops = self.sessions[session].ops.iter().enumerate().rev();
        let refused = ops.find(|(_, op)| {
            trace != 0 && op.trace == trace && matches!(op.stage, Stage::Live | Stage::Arrived)
        });
        let Some((op, entry)) = refused else { return };
        if packet.author == Role::Client {
            return;
        }
        // On a path that the session has left, it need not end the frame.
        let elsewhere = self.sessions[session].conn != packet.conn;
        let lossy = self.conns[packet.conn.0 as usize].carrier == wireproof_base::Carrier::Datagram;
        let doubled = !packet.mine && (lossy || elsewhere);
        if entry.repeated {
            // Proof that the original has arrived (`R-59`).
            self.settle_doubt(session, op);
        } else if doubled || self.moving(packet) {
            // The carrier may have repeated it behind the back of the client; or it came late on a
            // path the session was leaving, and may go out on the other (`R-62`).
            self.sessions[session].ops[op].doubtful = true;
            self.uncount(session, op);
        } else if !(packet.mine && entry.stage == Stage::Live) {
            self.end(session, op, End::Refused);
        }
    }

    /// Whether the client has asked for the session to move and does not know the answer.
    fn moving(&self, packet: &Packet<'_>) -> bool {
        let session = packet.header().session_id;
        let asked = |asked: &super::Request| {
            asked.mine && asked.kind == MessageType::SessionMigrate && asked.session == session
        };
        let elsewhere =
            self.conns.iter().enumerate().filter(|(at, _)| *at != packet.conn.0 as usize);
        !packet.mine && elsewhere.flat_map(|(_, conn)| &conn.requests).any(asked)
    }

    fn frame_error(&mut self, packet: &Packet<'_>, error: &Error) {
        let (Some(session), Some(op)) = (packet.session, packet.op) else { return };
        if packet.author == Role::Client {
            // It reports a message the client dropped. If that was the terminal one, the client
            // may count the operation as failed or keep it open (`R-54`).
            self.sessions[session].ops[op].disputed = true;
            return;
        }
        let entry = &self.sessions[session].ops[op];
        let ambiguous = entry.repeated && error.error_code != FRAME_CANCELLED;
        if ambiguous && !packet.mine {
            self.sessions[session].ops[op].doubtful = true;
            self.uncount(session, op);
        } else if !ambiguous && !entry.ended() {
            self.send_end(packet, session, op, End::Error(error.error_code));
        }
    }
}

/// Whether an ERROR of the node can be about an earlier request of that kind. One that answers what
/// has just come is about that, whose type and trace id may be the work of a lossy carrier.
fn refuses(heard: &[Heard], packet: &Packet<'_>, kind: MessageType) -> bool {
    let trace = packet.header().trace_id;
    let mut same =
        heard.iter().filter(|heard| heard.conn == packet.conn && heard.trace == trace).peekable();
    !packet.mine
        || same.peek().is_none()
        || same.any(|heard| heard.sound && heard.kind == Some(kind))
}

impl Conn {
    /// Takes the request that an ERROR refuses off the list; whether there was one.
    fn settle(
        &mut self,
        packet: &Packet<'_>,
        scope: u32,
        refuses: impl Fn(MessageType) -> bool,
    ) -> bool {
        let (trace, session) = (packet.header().trace_id, packet.header().session_id);
        let theirs = packet.author == Role::Server;
        if trace != 0 {
            if theirs
                && refuses(MessageType::SessionOpen)
                && let Some(open) = self.opens.iter().position(|open| open.trace == trace)
            {
                self.opens.remove(open);
                return true;
            }
            let traced = |asked: &super::Request| asked.trace == trace && refuses(asked.kind);
            let request =
                self.requests.iter().position(|asked| asked.mine != packet.mine && traced(asked));
            if let Some(request) = request {
                self.requests.remove(request);
                return true;
            }
        } else if scope != SCOPE_FRAME {
            for asked in &mut self.requests {
                asked.contested |= asked.mine != packet.mine && asked.session == session;
            }
            for open in self.opens.iter_mut().filter(|_| session == 0 && theirs) {
                open.contested = true;
            }
        }
        self.loose_errors += u32::from(packet.mine);
        false
    }
}
