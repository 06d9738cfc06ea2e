//! The handshake as both sides see it (reference 8.2, 8.3).

use super::{Agreed, Codes, Name, Node, Offer, Outcome, Reply};
use crate::ncp::packet::{Fault, Packet};
use wireproof_base::{Carrier, Citation, ConnId, Instant, Role, StreamId};
use wireproof_wire::ncp::frame_type::FrameType;

impl Node {
    /// The node was given a connection.
    pub fn connected(&mut self, conn: ConnId, carrier: Carrier, at: Instant, record: u32) {
        let conn = self.ensure(conn);
        conn.reset();
        (conn.carrier, conn.up, conn.since, conn.record) = (carrier, true, at, record);
    }

    /// A connection is gone.
    pub fn disconnected(&mut self, conn: ConnId, here: bool) {
        let conn = self.ensure(conn);
        conn.up = false;
        conn.ended_here |= here;
        for stream in conn.streams.iter_mut().filter(|stream| stream.open()) {
            stream.end = Some(super::End::Lost);
        }
        conn.requests.clear();
        conn.subscriptions.iter_mut().for_each(|subscription| subscription.doubtful = true);
    }

    /// Whether a frame belongs to the handshake, which it changes then.
    pub(super) fn shake_hands(&mut self, packet: &Packet<'_>, at: Instant, record: u32) -> bool {
        if !packet.mine && self.overtakes(packet.conn, packet.stream) {
            return true;
        }
        let first = self.first(packet.conn, packet.author);
        let conn = &mut self.conns[packet.conn.0 as usize];
        match (packet.kind, packet.author) {
            (FrameType::Hello, Role::Client) => {
                conn.hellos += 1;
                if conn.hellos == 1 && first {
                    conn.offer = Some(Offer::read(&packet.frame.to_value()));
                    conn.hello = (at, record);
                } else if packet.mine || !packet.is_questionable() {
                    conn.second_hello = Some(record);
                }
                true
            }
            (FrameType::Hello, Role::Server) => {
                self.out_of_place(packet, record, "a HelloFrame of the server");
                true
            }
            (FrameType::Caps, Role::Server) if packet.is_handshake_caps() => {
                conn.replies += 1;
                if conn.outcome == Outcome::Open && conn.replies == 1 {
                    self.agree(packet);
                } else {
                    self.out_of_place(packet, record, "a second handshake CapsFrame");
                }
                true
            }
            (FrameType::Error, Role::Server) if conn.outcome == Outcome::Open => {
                conn.outcome = Outcome::Error;
                conn.refusal = Some((record, packet.name("error")));
                true
            }
            (_, Role::Client) if conn.outcome == Outcome::Open => {
                if first {
                    conn.wrong_first = Some(record);
                }
                true
            }
            (_, Role::Server) if conn.outcome == Outcome::Open => {
                conn.unacceptable = Some("another frame");
                true
            }
            _ => conn.agreed.is_none(),
        }
    }

    /// OP-54: an Agent may say what it likes about it.
    fn out_of_place(&mut self, packet: &Packet<'_>, record: u32, what: &'static str) {
        if !packet.mine {
            let rule = Citation::must("NCP-CONN-003").read("OP-54");
            self.possible(packet.conn, Codes::ANY, rule, Name::NONE, record, what);
        }
    }

    /// Whether what `author` says now is the first it says. The frame at hand is counted already.
    fn first(&self, conn: ConnId, author: Role) -> bool {
        let conn = self.conn(conn);
        let received = conn.received - conn.overtook;
        (if author == self.role { conn.sent } else { received }) == 1
    }

    fn agree(&mut self, packet: &Packet<'_>) {
        let conn = &mut self.conns[packet.conn.0 as usize];
        conn.outcome = Outcome::Caps;
        let Some(offer) = &conn.offer else { return };
        let [record, ..] = packet.data() else {
            conn.unacceptable = Some("data");
            return;
        };
        conn.reply = Reply::read(record, offer);
        conn.unacceptable = conn.reply.unacceptable(offer);
        conn.agreed = Some(Agreed::new(offer, &conn.reply));
    }

    /// Whether a frame that was received on a stream of its own came before the handshake was done:
    /// streams of a connection keep no order among each other. Whether it waits for the handshake,
    /// nothing shows.
    pub(super) fn overtakes(&mut self, conn: ConnId, stream: StreamId) -> bool {
        let conn = &mut self.conns[conn.0 as usize];
        let overtakes = conn.outcome == Outcome::Open && stream != StreamId::CONTROL;
        if overtakes {
            conn.overtook += 1;
            conn.doubtful = true;
        }
        overtakes
    }

    /// A frame that cannot be read: during the handshake that decides it.
    pub(super) fn shake_broken(&mut self, fault: &Fault, record: u32) {
        let author = if fault.mine { self.role } else { self.role.peer() };
        let first = self.first(fault.conn, author);
        let conn = &mut self.conns[fault.conn.0 as usize];
        if conn.outcome != Outcome::Open {
            return;
        }
        match author {
            Role::Client if first => {
                conn.wrong_first = Some(record);
                conn.broken_hello = fault.header.kind() == Some(FrameType::Hello);
            }
            Role::Client => {}
            // What cannot be read is no refusal to a client, which answers it (OP-55).
            Role::Server if fault.mine && fault.header.kind() == Some(FrameType::Error) => {
                conn.outcome = Outcome::Error;
                conn.refusal = Some((record, Name::NONE));
            }
            Role::Server => conn.unacceptable = Some("a frame that cannot be read"),
        }
    }
}
