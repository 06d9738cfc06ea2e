//! A success that came for an open, and whether its client may do without it.

use super::{Node, PendingOpen};
use wireproof_base::{Carrier, ConnId, Role};
use wireproof_wire::nnrp::code::RESUME_REJECTED;
use wireproof_wire::nnrp::session::{ALLOW_RESUME, PRIORITY_DOWNGRADED, RESUMED, SessionOpenAck};
use wireproof_wire::nnrp::{Event, MessageType};

/// The abilities among `session_flags_ack`.
const ABILITIES: u32 = 0xF;

/// An answer to an open that opens or resumes a session.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Grant {
    /// Where it came.
    pub conn: ConnId,
    /// What it says.
    pub ack: SessionOpenAck,
    /// Hash of its token.
    pub token: Option<u64>,
    /// What it answers.
    pub pending: PendingOpen,
}

impl Grant {
    /// Whether it does not fit together, or not to its open, so that a client installs nothing
    /// (2.9; `R-25` and `R-46` for the limits, `R-37` for a recovery).
    fn is_faulty(&self) -> bool {
        let (ack, asked) = (&self.ack, &self.pending.open);
        let enabled = ack.session_flags_ack & u32::from(ALLOW_RESUME) != 0;
        let recoverable = ack.resume_window_ms != 0 && ack.resume_token_bytes != 0;
        let code_fits = match (ack.session_status, self.pending.token) {
            (RESUMED, _) => ack.session_error_code == 0 && enabled,
            (_, Some(_)) => ack.session_error_code == RESUME_REJECTED,
            (_, None) => true,
        };
        let downgraded = ack.session_flags_ack & PRIORITY_DOWNGRADED != 0;
        !code_fits
            || ack.session_flags_ack & ABILITIES & !u32::from(asked.session_flags) != 0
            || ack.accepted_priority_class < asked.priority_class
            || downgraded != (ack.accepted_priority_class > asked.priority_class)
            || (enabled && !recoverable)
            || ack.max_in_flight_operations == 0
            || ack.granted_operation_credit > ack.max_in_flight_operations
    }
}

impl Node {
    /// A success has passed. A client is not held to one that it should refuse, unless it says
    /// itself that it has taken it into use.
    pub(super) fn grant(&mut self, grant: Grant) {
        if self.role == Role::Client && grant.is_faulty() {
            self.grants.push(grant);
            return;
        }
        let id = grant.ack.session_id;
        self.grants.retain(|waiting| waiting.ack.session_id != id);
        self.install(&grant);
    }

    /// The application is about to be told something, which may settle what became of a success.
    #[inline]
    pub fn settle_grants(&mut self, event: &Event) {
        match *event {
            Event::Opened { conn, session, .. } if !self.grants.is_empty() => {
                let wanted = |grant: &Grant| grant.conn == conn && grant.ack.session_id == session;
                if let Some(index) = self.grants.iter().position(wanted) {
                    let grant = self.grants.remove(index);
                    self.install(&grant);
                }
            }
            Event::Refused { conn, tag, .. } if self.role == Role::Client => {
                let given_up = |open: &PendingOpen| open.open.client_session_tag == tag;
                self.grants.retain(|grant| grant.conn != conn || !given_up(&grant.pending));
                self.drop_open(conn, given_up);
            }
            _ => {}
        }
    }

    /// A client gives an open up whose answer was damaged on a lossy carrier: a sound copy of the
    /// answer opens nothing then.
    fn drop_open(&mut self, conn: ConnId, given_up: impl Fn(&PendingOpen) -> bool) {
        let damaged = self.was_damaged(conn, MessageType::SessionOpenAck);
        let Some(link) = self.conns.get_mut(conn.0 as usize) else { return };
        if damaged && let Some(open) = link.opens.iter().position(given_up) {
            link.opens.remove(open);
        }
    }

    /// Whether what came just now on a lossy carrier was such a message, before it was damaged.
    pub(super) fn was_damaged(&self, conn: ConnId, kind: MessageType) -> bool {
        let lossy = |conn: &super::Conn| conn.carrier == Carrier::Datagram;
        self.conns.get(conn.0 as usize).is_some_and(lossy)
            && self
                .heard
                .iter()
                .any(|heard| heard.conn == conn && heard.kind == Some(kind) && !heard.sound)
    }
}
