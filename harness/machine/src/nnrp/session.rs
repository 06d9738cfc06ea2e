//! Session states, NNRP §7.1A to §7.1C, §11.2 (reference table 4.2, S1 to S31).

use wireproof_wire::nnrp::MessageType;

/// Where a session stands at one end, on one connection.
///
/// ```text
///  None --open--> Opening --granted--> Open ---close--> Closing --draining--> Draining
///   ^                |  |                ^  \             |  |                    |
///   |    refused,    |  | resume         |   \ lost       |  | rejected: back     | closed
///   +--- lost -------+  | granted        |    v           |  | where it was       |
///                       v                | Detached       | closed                |
///                    Resumed ------------+   |  |         v                       v
///                       ^    as Open         |  +----> Closed <-------------------+
///                       +--------------------+  window over
/// ```
///
/// `Migrating` is the old path of a session that has moved, until its grace window ends.
/// NNRP §7.1, §11.2; preview2 §10.4 for `Migrating`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// There is no such session.
    #[default]
    None,
    /// The open is under way.
    Opening,
    /// Fresh and usable.
    Open,
    /// Continued and usable.
    Resumed,
    /// A close has been sent or received.
    Closing {
        /// Whether a rejected close leads back to `Resumed`.
        resumed: bool,
    },
    /// A close is under way and unfinished operations still run.
    Draining,
    /// The connection is lost, the resume window runs.
    Detached,
    /// Old path: only delivers what was in flight.
    Migrating,
    /// Gone.
    Closed,
}

/// What moves a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// S1: SESSION_OPEN.
    Open,
    /// S2, S29: SESSION_OPEN_ACK(opened).
    Granted,
    /// S3, S19, S30: SESSION_OPEN_ACK(resumed), on the connection that asked.
    ResumeGranted,
    /// S4, S5, S6: SESSION_OPEN_ACK(rejected or retry_later).
    Refused,
    /// S8, S25, S26: SESSION_CLOSE sent or received.
    Close,
    /// S9: SESSION_CLOSE_ACK(acknowledged).
    Acknowledged,
    /// S10: SESSION_CLOSE_ACK(draining).
    Draining,
    /// S11: SESSION_CLOSE_ACK(closed).
    Closed,
    /// S12: SESSION_CLOSE_ACK(rejected).
    CloseRejected,
    /// S15: the drain timer ran out.
    DrainOver,
    /// S16, S24: the connection closed by CLOSE or fatal ERROR, or a fatal session-scope ERROR.
    Ended,
    /// S17: transport lost, resume granted.
    LostResumable,
    /// S18, S27: transport lost, nothing to come back to.
    Lost,
    /// S20: the resume window is over.
    WindowOver,
    /// S21: accepted SESSION_MIGRATE, as seen on the old connection.
    MovedAway,
    /// S21: the same, as seen on the new one.
    MovedHere,
    /// S23: grace timer, or the old transport lost.
    GraceOver,
    /// S30: resumed on another connection, as seen on the old one.
    TakenOver,
}

/// The state after `event`; `None` where table 4.2 has no such row.
pub const fn next(state: State, event: Event) -> Option<State> {
    use Event as E;
    use State as S;
    Some(match (state, event) {
        (S::None, E::Open) => S::Opening,
        (S::Opening, E::Granted) => S::Open,
        (S::Opening | S::Detached | S::Open | S::Resumed, E::ResumeGranted) => S::Resumed,
        (S::Opening, E::Refused | E::Lost) => S::None,
        (S::Detached, E::Refused) => S::Detached,
        (S::Open, E::Close) => S::Closing { resumed: false },
        (S::Resumed, E::Close) => S::Closing { resumed: true },
        (S::Closing { .. } | S::Draining, E::Close) => state,
        (S::Closing { .. }, E::Acknowledged) => state,
        (S::Closing { .. } | S::Draining, E::Draining) => S::Draining,
        (S::Closing { .. } | S::Draining, E::Closed) => S::Closed,
        (S::Closing { resumed: false }, E::CloseRejected) => S::Open,
        (S::Closing { resumed: true }, E::CloseRejected) => S::Resumed,
        (S::Draining, E::DrainOver) => S::Draining,
        (
            S::Open | S::Resumed | S::Closing { .. } | S::Draining | S::Detached | S::Migrating,
            E::Ended,
        ) => S::Closed,
        (S::Open | S::Resumed, E::LostResumable) => S::Detached,
        (S::Open | S::Resumed | S::Closing { .. } | S::Draining, E::Lost) => S::Closed,
        (S::Detached, E::WindowOver) => S::Closed,
        (S::Open | S::Resumed, E::MovedAway) => S::Migrating,
        (S::Open | S::Resumed, E::MovedHere) => state,
        (S::Detached, E::MovedHere) => S::Resumed,
        (S::Migrating, E::GraceOver | E::Lost) => S::None,
        (S::Open | S::Resumed, E::TakenOver) => S::None,
        (S::Closed, E::Close | E::Closed | E::Acknowledged | E::Draining | E::CloseRejected) => {
            S::Closed
        }
        _ => return None,
    })
}

/// Whether a session in `state` admits a message of type `kind` on the connection it is bound to
/// (the second table of reference 4.2). Connection-scope messages are not asked about.
pub const fn admits(state: State, kind: MessageType) -> bool {
    use MessageType as M;
    use State as S;
    let usable = matches!(state, S::Open | S::Resumed);
    let ending = matches!(state, S::Closing { .. } | S::Draining);
    match kind {
        M::FrameSubmit | M::SessionPatch | M::CachePut => usable,
        M::SessionMigrate => usable || matches!(state, S::Detached),
        M::FrameCancel
        | M::CacheInvalidate
        | M::ResultPush
        | M::ResultDrop
        | M::ResultHint
        | M::FlowUpdate
        | M::SessionPatchAck
        | M::CacheAck
        | M::SessionMigrateAck
        | M::Error
        | M::Ping
        | M::Pong => usable || ending,
        M::SessionClose => usable || ending || matches!(state, S::Closed),
        M::SessionCloseAck => ending || matches!(state, S::Closed),
        _ => false,
    }
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] = &[
        Self::None,
        Self::Opening,
        Self::Open,
        Self::Resumed,
        Self::Closing { resumed: false },
        Self::Closing { resumed: true },
        Self::Draining,
        Self::Detached,
        Self::Migrating,
        Self::Closed,
    ];

    /// Whether submits and patches are admitted.
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Open | Self::Resumed)
    }

    /// Whether a close is under way.
    pub const fn is_ending(self) -> bool {
        matches!(self, Self::Closing { .. } | Self::Draining)
    }

    /// Name as in snapshots and findings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Resumed => "resumed",
            Self::Closing { resumed: false } => "closing",
            Self::Closing { resumed: true } => "closing (resumed)",
            Self::Draining => "draining",
            Self::Detached => "detached",
            Self::Migrating => "migrating",
            Self::Closed => "closed",
        }
    }
}

impl Event {
    /// Every event.
    pub const ALL: &'static [Self] = &[
        Self::Open,
        Self::Granted,
        Self::ResumeGranted,
        Self::Refused,
        Self::Close,
        Self::Acknowledged,
        Self::Draining,
        Self::Closed,
        Self::CloseRejected,
        Self::DrainOver,
        Self::Ended,
        Self::LostResumable,
        Self::Lost,
        Self::WindowOver,
        Self::MovedAway,
        Self::MovedHere,
        Self::GraceOver,
        Self::TakenOver,
    ];

    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Granted => "granted",
            Self::ResumeGranted => "resume_granted",
            Self::Refused => "refused",
            Self::Close => "close",
            Self::Acknowledged => "acknowledged",
            Self::Draining => "draining",
            Self::Closed => "closed",
            Self::CloseRejected => "close_rejected",
            Self::DrainOver => "drain_over",
            Self::Ended => "ended",
            Self::LostResumable => "lost_resumable",
            Self::Lost => "lost",
            Self::WindowOver => "window_over",
            Self::MovedAway => "moved_away",
            Self::MovedHere => "moved_here",
            Self::GraceOver => "grace_over",
            Self::TakenOver => "taken_over",
        }
    }
}

#[cfg(test)]
mod tests;
