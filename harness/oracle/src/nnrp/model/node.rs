//! One node: its connections, its sessions, and what it still has to bear out.

use super::{
    Answer, Applied, Conn, Grant, Heard, Lookup, PendingPatch, Session, State, Store, Tags,
};
use alloc::vec::Vec;
use wireproof_base::{ConnId, Instant, Role};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::event::Outcome;

/// Everything one node knows.
#[derive(Debug)]
pub(in crate::nnrp) struct Node {
    /// Which side it is.
    pub role: Role,
    /// Connections by number.
    pub conns: Vec<Conn>,
    /// Numbers of the sessions, in the order of `sessions`.
    pub ids: Vec<u32>,
    /// Sessions in the order of their opening.
    pub sessions: Vec<Session>,
    /// Tokens that were issued.
    pub tokens: Vec<Token>,
    /// The latest data packets that were received and not handed on.
    pub delivered: Vec<Delivered>,
    /// Where the next one goes once `delivered` is full.
    pub next_delivered: usize,
    /// FLOW_UPDATEs received in the present step.
    pub applied: Vec<Applied>,
    /// Events that wait for the node to come to rest.
    pub claims: Vec<Claim>,
    /// Well-formed packets and ERRORs received since the last input.
    pub inputs: (u32, u32),
    /// Bytes of body that the last commanded submit needs at least.
    pub submit_len: u32,
    /// Whether that submit is one that no client may send (NNRP-SUB-006).
    pub submit_careless: bool,
    /// Epoch that the application prescribed for the next FLOW_UPDATE.
    pub forced_epoch: Option<u32>,
    /// Packets received in the present step.
    pub heard: Vec<Heard>,
    /// What the references of the submit at hand came to.
    pub lookup: Lookup,
    /// Answers received and not handed on.
    pub answers: Vec<Answer>,
    /// Successes that the client should refuse and has not spoken of.
    pub grants: Vec<Grant>,
    /// Patches without an answer, oldest first.
    pub patches: Vec<PendingPatch>,
    /// What it keeps for its peer.
    pub store: Store,
    /// Whose payload is whose.
    pub tags: Tags,
    /// Credentials that were seen.
    pub secrets: Vec<Vec<u8>>,
    /// How many events about flow it has reported; not everybody does.
    pub flow_events: u32,
    /// Whether one of the present step named no update of the step.
    pub flow_strayed: bool,
    /// How many about the end of an operation.
    pub end_events: u32,
    /// How many about the end of a session.
    pub close_events: u32,
    /// Whether it is known how the node is configured.
    pub configured: bool,
    /// How, if so.
    pub setup: Setup,
    spare: Vec<Session>,
}

/// How many received data packets are remembered.
const DELIVERED: usize = 128;

/// A resume token that was issued.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Token {
    /// Hash of its bytes.
    pub hash: u64,
    /// The session it was issued for.
    pub session: u32,
    /// Whether it is still good.
    pub validity: Validity,
}

/// Whether a token is still good (`R-37`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nnrp) enum Validity {
    /// The newest of its session.
    Current,
    /// A newer one is under way.
    Previous,
    /// The client has shown that it holds a newer one.
    Spent,
}

/// A data packet that was received, as the application should see it.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Delivered {
    /// The session.
    pub session: u32,
    /// The operation.
    pub op: u64,
    /// Whether it is a result.
    pub result: bool,
    /// Whether it ends the operation.
    pub terminal: bool,
    /// `result_class`.
    pub class: u8,
    /// `status_code`.
    pub status: u16,
    /// Bytes of typed payload.
    pub bytes: u32,
    /// FNV-1a 64 of the typed payload.
    pub digest: u64,
}

/// An event that the packets of the same step have to bear out.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Claim {
    /// The record of the event.
    pub record: u32,
    /// When.
    pub at: Instant,
    /// What was said.
    pub said: Said,
}

/// What an event claims.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) enum Said {
    /// The session is gone.
    Closed {
        /// Its number.
        session: u32,
    },
    /// The operation has ended.
    Ended {
        /// The session.
        session: u32,
        /// The operation.
        op: u64,
        /// How.
        outcome: Outcome,
    },
    /// The connection has ended.
    Down {
        /// The connection.
        conn: ConnId,
    },
}

impl Node {
    /// A node that knows nothing.
    pub fn new(role: Role) -> Self {
        Self {
            role,
            conns: Vec::new(),
            ids: Vec::new(),
            sessions: Vec::new(),
            tokens: Vec::new(),
            delivered: Vec::new(),
            next_delivered: 0,
            applied: Vec::new(),
            claims: Vec::new(),
            inputs: (0, 0),
            submit_len: 0,
            submit_careless: false,
            forced_epoch: None,
            heard: Vec::new(),
            lookup: Lookup::Nothing,
            answers: Vec::new(),
            grants: Vec::new(),
            patches: Vec::new(),
            store: Store::default(),
            tags: Tags::default(),
            secrets: Vec::new(),
            flow_events: 0,
            flow_strayed: false,
            end_events: 0,
            close_events: 0,
            configured: false,
            setup: Setup::default(),
            spare: Vec::new(),
        }
    }

    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self, role: Role) {
        self.role = role;
        self.conns.iter_mut().for_each(Conn::reset);
        self.ids.clear();
        for mut session in self.sessions.drain(..) {
            session.reset();
            self.spare.push(session);
        }
        self.tokens.clear();
        self.delivered.clear();
        self.next_delivered = 0;
        self.applied.clear();
        self.claims.clear();
        self.inputs = (0, 0);
        self.submit_len = 0;
        self.submit_careless = false;
        self.forced_epoch = None;
        self.heard.clear();
        self.answers.clear();
        self.grants.clear();
        self.patches.clear();
        self.store.reset();
        self.tags.reset();
        self.secrets.clear();
        (self.flow_events, self.end_events, self.close_events) = (0, 0, 0);
        self.configured = false;
    }

    /// It has started like that.
    pub fn configure(&mut self, setup: &Setup) {
        if self.setup != *setup {
            self.setup.clone_from(setup);
        }
        self.configured = true;
    }

    /// A new input reaches the node: what it did before is a step of its own.
    #[inline]
    pub fn next_step(&mut self) {
        self.inputs = (0, 0);
        self.applied.clear();
        self.claims.clear();
        self.heard.clear();
        self.flow_strayed = false;
    }

    /// Makes sure that `conns` has an entry for `conn`.
    #[inline]
    pub fn ensure(&mut self, conn: ConnId) {
        let index = conn.0 as usize;
        if index >= self.conns.len() {
            self.conns.resize_with(index + 1, Conn::default);
        }
    }

    /// Index of the session with this number.
    #[inline]
    pub fn find_session(&self, id: u32) -> Option<usize> {
        self.ids.iter().rposition(|&known| known == id)
    }

    /// Whether messages for this session are still to be answered; 0 stands for the connection.
    pub fn carries(&self, id: u32) -> bool {
        let live =
            |index: usize| !matches!(self.sessions[index].state, State::Closed | State::Detached);
        id == 0 || self.find_session(id).is_some_and(live)
    }

    /// Index of a session with this number, made if need be.
    pub fn session_slot(&mut self, id: u32) -> usize {
        if let Some(index) = self.find_session(id) {
            return index;
        }
        let mut session = self.spare.pop().unwrap_or_default();
        session.id = id;
        self.sessions.push(session);
        self.ids.push(id);
        self.sessions.len() - 1
    }

    /// Remembers a received data packet.
    pub fn deliver(&mut self, delivered: Delivered) {
        if self.delivered.len() < DELIVERED {
            self.delivered.push(delivered);
            return;
        }
        self.delivered[self.next_delivered] = delivered;
        self.next_delivered = (self.next_delivered + 1) % DELIVERED;
    }

    /// The session and operation with these numbers.
    pub fn operation(&self, session: u32, op: u64) -> Option<(usize, usize)> {
        let session = self.find_session(session)?;
        Some((session, self.sessions[session].find_op(op)?))
    }
}
