//! The two halves of the handshake, inside `AnchorNegotiate` (reference tables 8.2 and 8.3).

/// The server's half (S01 to S14).
///
/// ```text
/// WaitHello --hello--> Decide --fits--> Done
///     |                   |
///     +---- all else -----+-----------> Refused
/// ```
pub mod server {
    /// What the server waits for.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum State {
        /// The Hello.
        #[default]
        WaitHello,
        /// Its own decision.
        Decide,
        /// Nothing: the reply was sent.
        Done,
        /// Nothing: the client was turned away or has gone.
        Refused,
    }

    /// What happens meanwhile.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Event {
        /// S01: T-HELLO ran out.
        Silence,
        /// S02: a frame of another assigned type.
        Foreign,
        /// S03: a frame of no assigned type.
        Unassigned,
        /// S04: ENC set.
        Sealed,
        /// S05: another fault of the header.
        Header,
        /// S06: a Hello that cannot be read.
        Malformed,
        /// S07, S13: a Hello.
        Hello,
        /// S08 to S10: nothing comes of it.
        Unfit,
        /// S11: the reply goes out.
        Fits,
        /// S12: T-REPLY ran out.
        Slow,
        /// S14: the client has gone.
        Lost,
    }

    /// The state after `event`; `None` where table 8.2 has no such row.
    pub const fn next(state: State, event: Event) -> Option<State> {
        use Event as E;
        use State::{Decide, Done, Refused, WaitHello};
        Some(match (state, event) {
            (WaitHello, E::Hello) => Decide,
            (
                WaitHello,
                E::Silence | E::Foreign | E::Unassigned | E::Sealed | E::Header | E::Malformed,
            ) => Refused,
            (Decide, E::Unfit | E::Slow) => Refused,
            (Decide, E::Fits) => Done,
            // S13 ends the connection; the handshake itself stays what it was.
            (Done, E::Hello) => Done,
            (_, E::Lost) => Refused,
            _ => return None,
        })
    }

    impl State {
        /// Every state.
        pub const ALL: &'static [Self] =
            &[Self::WaitHello, Self::Decide, Self::Done, Self::Refused];

        /// Name as in snapshots and machine cases.
        pub const fn name(self) -> &'static str {
            match self {
                Self::WaitHello => "wait_hello",
                Self::Decide => "decide",
                Self::Done => "done",
                Self::Refused => "refused",
            }
        }
    }

    impl Event {
        /// Every event.
        pub const ALL: &'static [Self] = &[
            Self::Silence,
            Self::Foreign,
            Self::Unassigned,
            Self::Sealed,
            Self::Header,
            Self::Malformed,
            Self::Hello,
            Self::Unfit,
            Self::Fits,
            Self::Slow,
            Self::Lost,
        ];

        /// Name as in snapshots and machine cases.
        pub const fn name(self) -> &'static str {
            match self {
                Self::Silence => "silence",
                Self::Foreign => "foreign",
                Self::Unassigned => "unassigned",
                Self::Sealed => "sealed",
                Self::Header => "header",
                Self::Malformed => "malformed",
                Self::Hello => "hello",
                Self::Unfit => "unfit",
                Self::Fits => "fits",
                Self::Slow => "slow",
                Self::Lost => "lost",
            }
        }
    }
}

/// The client's half (K01 to K10).
///
/// ```text
/// Idle --open--> WaitCaps --legal--> Preload --finished--> Done
///                    |
///                    +--- all else --> Refused
/// ```
pub mod client {
    /// What the client waits for.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum State {
        /// Its own Hello.
        #[default]
        Idle,
        /// The reply.
        WaitCaps,
        /// Schemas it wants beforehand.
        Preload,
        /// Nothing: application frames flow.
        Done,
        /// Nothing: it was turned away or has given up.
        Refused,
    }

    /// What happens meanwhile.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Event {
        /// K01: the Hello goes out.
        Open,
        /// K02: a reply within the offer.
        Legal,
        /// K03: a reply outside it.
        Illegal,
        /// K04: ErrorFrame.
        Error,
        /// K05: any other frame that is in order.
        Foreign,
        /// K06: T-CAPS ran out.
        Silence,
        /// K07: a schema arrived.
        Anchor,
        /// K08: enough schemas, or none wanted.
        Finished,
        /// K09: fetching failed.
        Unfetched,
        /// K10: a frame that is not in order.
        Fault,
        /// The server has gone.
        Lost,
    }

    /// The state after `event`; `None` where table 8.3 has no such row.
    pub const fn next(state: State, event: Event) -> Option<State> {
        use Event as E;
        use State::{Done, Idle, Preload, Refused, WaitCaps};
        Some(match (state, event) {
            (Idle, E::Open) => WaitCaps,
            (WaitCaps, E::Legal) => Preload,
            (WaitCaps, E::Illegal | E::Error | E::Foreign | E::Silence | E::Fault) => Refused,
            // A server that speaks first gets no further than one that answers wrongly.
            (Idle, E::Error | E::Foreign | E::Fault) => Refused,
            (Preload, E::Anchor) => Preload,
            (Preload, E::Finished | E::Unfetched) => Done,
            (Idle | WaitCaps | Preload, E::Lost) => Refused,
            _ => return None,
        })
    }

    impl State {
        /// Every state.
        pub const ALL: &'static [Self] =
            &[Self::Idle, Self::WaitCaps, Self::Preload, Self::Done, Self::Refused];

        /// Name as in snapshots and machine cases.
        pub const fn name(self) -> &'static str {
            match self {
                Self::Idle => "idle",
                Self::WaitCaps => "wait_caps",
                Self::Preload => "preload",
                Self::Done => "done",
                Self::Refused => "refused",
            }
        }
    }

    impl Event {
        /// Every event.
        pub const ALL: &'static [Self] = &[
            Self::Open,
            Self::Legal,
            Self::Illegal,
            Self::Error,
            Self::Foreign,
            Self::Silence,
            Self::Anchor,
            Self::Finished,
            Self::Unfetched,
            Self::Fault,
            Self::Lost,
        ];

        /// Name as in snapshots and machine cases.
        pub const fn name(self) -> &'static str {
            match self {
                Self::Open => "open",
                Self::Legal => "legal",
                Self::Illegal => "illegal",
                Self::Error => "error",
                Self::Foreign => "foreign",
                Self::Silence => "silence",
                Self::Anchor => "anchor",
                Self::Finished => "finished",
                Self::Unfetched => "unfetched",
                Self::Fault => "fault",
                Self::Lost => "lost",
            }
        }
    }
}

#[cfg(test)]
mod tests;
