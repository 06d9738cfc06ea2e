//! SubscribeFrame 0x12 (NWP §8, reference 5.2).

use super::macros::frame;
use crate::ncp::table::{Default as Absent, Kind, Member, OBJECT, U32, U64};
use crate::ncp::value::Value;
use crate::ncp::violation::Violation;
use alloc::string::String;

const ASKS: &str = "NWP-FRM-008";

/// Begins or resumes a subscription.
pub const SUBSCRIBE: &str = "subscribe";
/// Ends a subscription or a streaming query.
pub const UNSUBSCRIBE: &str = "unsubscribe";
/// Asks for a sign of life (`OP-60`).
pub const PING: &str = "ping";

frame! {
    /// A request about a subscription.
    Subscribe {
        /// [`SUBSCRIBE`], [`UNSUBSCRIBE`] or [`PING`].
        action: String = Member::new(Kind::OneOf(&[SUBSCRIBE, UNSUBSCRIBE, PING])).required(ASKS);
        /// Schema; needed to subscribe.
        anchor_ref: Option<String> = Member::new(Kind::Text);
        /// Which events.
        filter: Option<Value> = Member::new(OBJECT);
        /// Seconds between heartbeats; 0 for none.
        heartbeat_interval: Option<u32> = Member::new(U32).default(Absent::Uint(30));
        /// Replay after this number (`OP-43`).
        resume_from_seq: Option<u64> = Member::new(U64);
        /// UUID v4 of the subscription or, to stop a query, its `request_id`.
        stream_id: String = Member::new(Kind::Uuid).required(ASKS).bound(ASKS).reading("5.2")
            .lenient();
    }
}

impl Subscribe {
    /// Seconds between heartbeats where none are named.
    pub const HEARTBEAT: u32 = 30;

    /// Seconds between heartbeats; 0 for none.
    pub fn heartbeat(&self) -> u32 {
        self.heartbeat_interval.unwrap_or(Self::HEARTBEAT)
    }

    /// `anchor_ref` is there when subscribing (NWP-FRM-008).
    pub fn check_reference(&self) -> Result<(), Violation> {
        if self.action != SUBSCRIBE || self.anchor_ref.is_some() {
            return Ok(());
        }
        Err(Violation::bad_frame(12, ASKS, "anchor_ref"))
    }
}
