//! Connection states, NCP §2.5 (reference table 8.1, C01 to C15).

/// Where a connection stands.
///
/// ```text
///         open                  anchor_ok              close, fatal
/// Closed ------> AnchorNegotiate --------> Established -----------> Closing
///   ^              |         |                  |                      |
///   |      timeout,|         | close            | lost                 | lost
///   |      error   v         +----------------->|--> Closing           |
///   |           Failed                          v                      |
///   +-------------------------------------------+<---------------------+
/// ```
///
/// `Failed` is terminal: a retry is a new connection (`OP-19`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not begun, or over.
    #[default]
    Closed,
    /// The handshake is under way.
    AnchorNegotiate,
    /// Application frames flow.
    Established,
    /// This side ends it.
    Closing,
    /// The handshake came to nothing.
    Failed,
}

/// What moves a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// C01: connect or accept.
    Open,
    /// C02: the handshake is done.
    AnchorOk,
    /// C03: T-HELLO or T-CAPS ran out.
    Timeout,
    /// C04: refused, malformed or reset during the handshake.
    Error,
    /// C05, C10: the application ends it.
    Close,
    /// C06: the application wants to send.
    Send,
    /// C07, C13: a valid frame came.
    Frame,
    /// C08: a frame came with a fault that leaves the stream position known.
    Fault,
    /// C09: a frame came with a fault that ends the connection.
    Fatal,
    /// C15: a frame came that only the other side sends.
    Foreign,
    /// C11, C12: the transport is gone.
    Lost,
}

/// The state after `event`; `None` where table 8.1 has no such row.
pub const fn next(state: State, event: Event) -> Option<State> {
    use Event as E;
    use State::{AnchorNegotiate, Closed, Closing, Established, Failed};
    Some(match (state, event) {
        (Failed, _) => Failed,
        (Closed, E::Open) => AnchorNegotiate,
        (AnchorNegotiate, E::AnchorOk) => Established,
        (AnchorNegotiate, E::Timeout | E::Error | E::Lost) => Failed,
        (AnchorNegotiate | Established, E::Close) => Closing,
        (AnchorNegotiate, E::Send) => AnchorNegotiate,
        (Established, E::Send | E::Frame | E::Fault | E::Foreign) => Established,
        (Established, E::Fatal) => Closing,
        (Established | Closing, E::Lost) => Closed,
        (Closing, E::Frame | E::Fault | E::Fatal | E::Foreign) => Closing,
        _ => return None,
    })
}

impl State {
    /// Every state.
    pub const ALL: &'static [Self] =
        &[Self::Closed, Self::AnchorNegotiate, Self::Established, Self::Closing, Self::Failed];

    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::AnchorNegotiate => "anchor_negotiate",
            Self::Established => "established",
            Self::Closing => "closing",
            Self::Failed => "failed",
        }
    }
}

impl Event {
    /// Every event.
    pub const ALL: &'static [Self] = &[
        Self::Open,
        Self::AnchorOk,
        Self::Timeout,
        Self::Error,
        Self::Close,
        Self::Send,
        Self::Frame,
        Self::Fault,
        Self::Fatal,
        Self::Foreign,
        Self::Lost,
    ];

    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::AnchorOk => "anchor_ok",
            Self::Timeout => "timeout",
            Self::Error => "error",
            Self::Close => "close",
            Self::Send => "send",
            Self::Frame => "frame",
            Self::Fault => "fault",
            Self::Fatal => "fatal",
            Self::Foreign => "foreign",
            Self::Lost => "lost",
        }
    }
}

#[cfg(test)]
mod tests;
