//! Connection states, NNRP §7.1 with preview1 §15.1 (reference table 4.1, C1 to C24).

use wireproof_base::Role;
use wireproof_wire::nnrp::MessageType;

/// Where a connection stands.
///
/// ```text
///        hello           accepted              close, fatal
/// Init ---------> Negotiating ---------> Active ----------> Draining
///   |                  |                   |                   |
///   | close, fatal     | refused, over,    | lost              | over, lost,
///   | lost             | close, fatal,     |                   | close again
///   v                  v lost              v                   v
/// Closed <-----------------------------------------------------+
/// ```
///
/// NNRP §7.1; the names are those of preview1 §15.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The transport stands, nothing has been negotiated.
    #[default]
    Init,
    /// The hello is under way.
    Negotiating,
    /// Sessions may be opened.
    Active,
    /// Ending: unfinished work may end, nothing new starts.
    Draining,
    /// Over; everything that comes is discarded.
    Closed,
}

/// What moves a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// C3: CLIENT_HELLO sent or received.
    Hello,
    /// C5, C9: SERVER_HELLO_ACK sent or received, and it fits.
    Accepted,
    /// C6, C7, C8, C10, C24: the negotiation failed.
    Refused,
    /// C11: the handshake timer ran out.
    HandshakeOver,
    /// C13, C17, C21: CLOSE sent or received.
    Close,
    /// C4, C14, C21: fatal connection-scope ERROR sent or received.
    Fatal,
    /// C17: nothing in flight, close timer over, or CLOSE from the other side too.
    DrainOver,
    /// C18: transport lost.
    Lost,
}

/// What to do with a message that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Admission {
    /// Handle it.
    Process,
    /// ERROR(`invalid_state`), not fatal (C12, C16).
    Refuse,
    /// ERROR(`invalid_state`), connection scope, fatal (C4).
    RefuseFatal,
    /// Throw it away without an answer (C19).
    Discard,
}

/// The state after `event`; `None` where table 4.1 has no such row.
pub const fn next(state: State, event: Event) -> Option<State> {
    use Event as E;
    use State::{Active, Closed, Draining, Init, Negotiating};
    Some(match (state, event) {
        (Init, E::Hello) => Negotiating,
        (Negotiating, E::Accepted) => Active,
        (Negotiating, E::Refused | E::HandshakeOver) => Closed,
        (Init | Negotiating, E::Close | E::Fatal) => Closed,
        (Active, E::Close | E::Fatal) => Draining,
        (Draining, E::Fatal) => Draining,
        (Draining, E::DrainOver | E::Close) => Closed,
        (Init | Negotiating | Active | Draining, E::Lost) => Closed,
        (Closed, _) => Closed,
        _ => return None,
    })
}

/// Whether a side in `state` takes a message of type `kind`; `role` is the receiving side.
pub const fn admits(state: State, role: Role, kind: MessageType) -> Admission {
    use MessageType as M;
    match state {
        State::Closed => Admission::Discard,
        State::Init | State::Negotiating => match (kind, role, state) {
            (M::Ping | M::Pong | M::TransportProbeAck | M::Close | M::Error, _, _)
            | (M::TransportProbe, Role::Server, State::Init)
            | (M::ClientHello, Role::Server, State::Init)
            | (M::ServerHelloAck, Role::Client, State::Negotiating) => Admission::Process,
            _ => Admission::RefuseFatal,
        },
        State::Active | State::Draining => match kind {
            M::ClientHello | M::ServerHelloAck => Admission::Refuse,
            M::SessionOpen
            | M::SessionPatch
            | M::FrameSubmit
            | M::CachePut
            | M::SessionMigrate
            | M::TransportProbe
                if matches!(state, State::Draining) =>
            {
                Admission::Refuse
            }
            _ if receives(role, kind) => Admission::Process,
            _ => Admission::Refuse,
        },
    }
}

/// Whether messages of type `kind` travel towards `role` (reference 2.1).
pub const fn receives(role: Role, kind: MessageType) -> bool {
    use MessageType as M;
    match kind {
        M::ClientHello
        | M::SessionPatch
        | M::SessionOpen
        | M::FrameSubmit
        | M::FrameCancel
        | M::TransportProbe
        | M::SessionMigrate => matches!(role, Role::Server),
        M::ServerHelloAck
        | M::SessionPatchAck
        | M::SessionOpenAck
        | M::ResultPush
        | M::ResultDrop
        | M::ResultHint
        | M::TransportProbeAck
        | M::SessionMigrateAck => matches!(role, Role::Client),
        M::Close
        | M::Error
        | M::SessionClose
        | M::SessionCloseAck
        | M::CachePut
        | M::CacheAck
        | M::CacheInvalidate
        | M::FlowUpdate
        | M::Ping
        | M::Pong => true,
    }
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] =
        &[Self::Init, Self::Negotiating, Self::Active, Self::Draining, Self::Closed];

    /// Name as in snapshots and findings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Negotiating => "negotiating",
            Self::Active => "active",
            Self::Draining => "draining",
            Self::Closed => "closed",
        }
    }
}

impl Event {
    /// Every event.
    pub const ALL: &'static [Self] = &[
        Self::Hello,
        Self::Accepted,
        Self::Refused,
        Self::HandshakeOver,
        Self::Close,
        Self::Fatal,
        Self::DrainOver,
        Self::Lost,
    ];

    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::HandshakeOver => "handshake_over",
            Self::Close => "close",
            Self::Fatal => "fatal",
            Self::DrainOver => "drain_over",
            Self::Lost => "lost",
        }
    }
}

#[cfg(test)]
mod tests;
