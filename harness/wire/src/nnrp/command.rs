//! What an application asks of an endpoint, and how an endpoint is set up.
//!
//! Sessions are named by the number the server gave them. In scenarios a session is named by the
//! tag of its opening command instead, and the runner puts the number in: see
//! [`Command::session_mut`].

use crate::parameters::parameters;
use alloc::string::String;
use serde::{Deserialize, Serialize};
use wireproof_base::{ConnId, Role};

/// A request of the application. Client-only and server-only ones say so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Client: send CLIENT_HELLO.
    Hello(Hello),
    /// Client: send SESSION_OPEN for a new session.
    Open(Open),
    /// Client: send SESSION_OPEN with the token of a lost session.
    Resume(Resume),
    /// Client: send FRAME_SUBMIT if flow control admits it, else report `blocked`.
    Submit(Submit),
    /// Client: send FRAME_CANCEL.
    Cancel(Target),
    /// Client: send SESSION_PATCH.
    Patch(Patch),
    /// Client: send SESSION_MIGRATE on another connection.
    Migrate(Migrate),
    /// Client: send TRANSPORT_PROBE.
    Probe(Probe),
    /// Server: send RESULT_PUSH.
    Push(Push),
    /// Server: send RESULT_DROP.
    Drop(Target),
    /// Server: send RESULT_HINT.
    Hint(Hint),
    /// Either: send FLOW_UPDATE.
    Flow(Flow),
    /// Either: send CACHE_PUT.
    Put(Put),
    /// Either: send CACHE_INVALIDATE.
    Invalidate(Invalidate),
    /// Either: send SESSION_CLOSE.
    Close(Close),
    /// Either: send CLOSE.
    Shutdown(Shutdown),
    /// Either: send PING.
    Ping(Ping),
}

parameters! {
    /// Client hello. Unnamed abilities are those of the reference.
    Hello {
        /// Connection to speak on.
        conn: ConnId = ConnId(0),
        /// Lowest major line offered.
        min_version_major: u8 = 1,
        /// Highest major line offered.
        max_version_major: u8 = 1,
        /// Bit p-1 = profile p.
        profiles: u32 = 0x3,
        /// Payload families offered.
        payload_kinds: u32 = 0x7F,
        /// Lanes offered.
        lanes: u16 = 4,
        /// Content of `auth_block`; empty sends none.
        auth: String = String::new(),
        /// Loss tolerance wished for in extension 0x0103: 0 to 3; 255 sends none.
        loss_tolerance: u8 = 0xFF,
    }

    /// Session open.
    Open {
        /// Connection to open it on.
        conn: ConnId = ConnId(0),
        /// `client_session_tag`; names the session in scenarios.
        tag: u64 = 1,
        /// `requested_session_id`; 0 leaves the choice to the server.
        requested: u32 = 0,
        /// Default profile.
        profile: u16 = 2,
        /// 0 interactive, 1 balanced, 2 background.
        priority: u8 = 1,
        /// `session_flags`.
        flags: u8 = 0,
        /// Default schema; 0 for none.
        schema_id: u32 = 0,
        /// Its version.
        schema_version: u32 = 0,
        /// Deadline of frames that name none, in ms; 0 for none.
        deadline_ms: u32 = 0,
        /// Unfinished operations wanted; 0 for no wish.
        max_in_flight: u16 = 0,
        /// Lease time wanted in ms; 0 for no wish.
        lease_ttl_ms: u32 = 0,
        /// Content of `auth_block`; empty sends none.
        auth: String = String::new(),
    }

    /// Session resume, with the token the client holds.
    Resume {
        /// Connection to resume on.
        conn: ConnId = ConnId(0),
        /// The session.
        session: u32 = 0,
        /// Tag of the opening command that asks for it.
        tag: u64 = 0,
        /// `resume_from_operation_id`; 0 sends none.
        watermark: u64 = 0,
    }

    /// One frame.
    Submit {
        /// The session.
        session: u32 = 0,
        /// `view_id`.
        lane: u16 = 0,
        /// `frame_id`; 0 takes the next one.
        frame: u32 = 0,
        /// `payload_kind_bitmap` of its one typed payload: 2 token, 0x40 opaque bytes, …
        payload_kind: u32 = 2,
        /// The payload.
        text: String = String::from("prompt"),
        /// Schema of the payload; 0 takes the default of the session.
        schema_id: u32 = 0,
        /// Its version.
        schema_version: u32 = 0,
        /// 0 keyframe, 1 delta, 2 retransmit, 3 discardable.
        frame_class: u8 = 1,
        /// Budget in ms; 0 takes the default of the session.
        latency_budget_ms: u16 = 0,
        /// Degradations allowed.
        budget_policy: u8 = 0,
        /// 0 to 3, or 255 for the level of the session.
        loss_tolerance: u8 = 0xFF,
        /// `retry_of_frame`.
        retry_of: u32 = 0,
        /// `dependency_frame_id`.
        dependency: u32 = 0,
        /// `object_kind` of one object that is referred to in the cache; 0 refers to none.
        object_kind: u16 = 0,
        /// Its key space.
        namespace: u32 = 0,
        /// Its key.
        key: u64 = 0,
    }

    /// Names an operation.
    Target {
        /// The session.
        session: u32 = 0,
        /// `view_id`.
        lane: u16 = 0,
        /// `frame_id`.
        frame: u32 = 0,
    }

    /// Session patch.
    Patch {
        /// The session.
        session: u32 = 0,
        /// `patch_mask`, bits 0 to 5.
        mask: u32 = 0x1,
        /// New cadence times 100.
        target_cadence_x100: u32 = 3000,
        /// New tier.
        quality_tier: u16 = 0,
        /// New preference.
        degrade_policy: u16 = 0,
        /// New lanes.
        lanes: u64 = 1,
    }

    /// Migration of a session to a connection that is already negotiated.
    Migrate {
        /// The session.
        session: u32 = 0,
        /// The connection to move to.
        conn: ConnId = ConnId(0),
    }

    /// Transport probe.
    Probe {
        /// Connection to measure.
        conn: ConnId = ConnId(0),
        /// `probe_id`.
        id: u32 = 1,
        /// Bytes of filler.
        bytes: u32 = 64,
    }

    /// One result.
    Push {
        /// The session.
        session: u32 = 0,
        /// `view_id`.
        lane: u16 = 0,
        /// `frame_id`.
        frame: u32 = 0,
        /// Whether more will follow.
        partial: bool = false,
        /// The payload.
        text: String = String::from("token"),
        /// 0 success, 1 degraded, 2 rejected, 3 failed.
        status: u16 = 0,
        /// 0 complete, 1 partial, 2 stale reuse, 3 degraded; ignored when `partial`.
        class: u8 = 0,
        /// Degradations applied.
        applied_budget: u8 = 0,
        /// Source frame of a stale result.
        reused_frame: u32 = 0,
    }

    /// One hint.
    Hint {
        /// The session.
        session: u32 = 0,
        /// `view_id`.
        lane: u16 = 0,
        /// `frame_id`; 0 for the session.
        frame: u32 = 0,
        /// 0 to 4.
        budget_policy: u32 = 0,
        /// 0 to 3.
        congestion: u32 = 1,
        /// 0 to 4.
        reason: u32 = 0,
        /// Wait before submitting, in ms.
        retry_after_ms: u32 = 0,
    }

    /// One flow update. The scope follows from the ids: no session is connection scope, no
    /// operation is session scope.
    Flow {
        /// The connection, at connection scope.
        conn: ConnId = ConnId(0),
        /// The session; 0 at connection scope.
        session: u32 = 0,
        /// The operation; 0 at the wider scopes.
        operation: u64 = 0,
        /// 0 grant, 1 reduce, 2 pause, 3 resume, 4 congestion.
        reason: u8 = 0,
        /// 0 none, 1 soft, 2 hard.
        level: u8 = 0,
        /// The new ceiling; absent leaves it as it is.
        credit: Option<u16> = None,
        /// Wait before probing again, in ms; absent clears it.
        retry_after_ms: Option<u32> = None,
        /// Only background sessions start anything.
        background_only: bool = false,
        /// Nothing new.
        drain_in_flight_only: bool = false,
        /// `credit_epoch`; absent takes the next one of the scope.
        epoch: Option<u32> = None,
    }

    /// One cache object.
    Put {
        /// The connection, for an object it owns.
        conn: ConnId = ConnId(0),
        /// The owning session; 0 for the connection.
        session: u32 = 0,
        /// Key space.
        namespace: u32 = 0,
        /// Key: upper half times 2^32 plus lower half.
        key: u64 = 0,
        /// `object_kind`.
        kind: u32 = 1,
        /// Lease wanted in ms; 0 for the default.
        ttl_ms: u32 = 0,
        /// The object, as hexadecimal digits.
        hex: String = String::new(),
    }

    /// One invalidation.
    Invalidate {
        /// The connection, for objects it owns.
        conn: ConnId = ConnId(0),
        /// The owning session; 0 for the connection.
        session: u32 = 0,
        /// 0 whole session, 1 namespace, 2 object kind, 3 object key.
        scope: u32 = 3,
        /// Key space.
        namespace: u32 = 0,
        /// Key, or the kind in its upper half at scope 2.
        key: u64 = 0,
    }

    /// Session close.
    Close {
        /// The session.
        session: u32 = 0,
        /// 0 normal to 5 auth_revoked.
        reason: u16 = 0,
        /// Stop unfinished operations at once.
        abort: bool = false,
        /// Time left for them, in ms.
        drain_timeout_ms: u32 = 0,
    }

    /// Connection close.
    Shutdown {
        /// The connection.
        conn: ConnId = ConnId(0),
    }

    /// One ping.
    Ping {
        /// The connection.
        conn: ConnId = ConnId(0),
        /// The session; 0 for the connection.
        session: u32 = 0,
    }

    /// How an endpoint starts. Limits and windows are what it grants as a server.
    Setup {
        /// Which side it is.
        role: Role = Role::Server,
        /// `auth_block` that the hello must carry; empty admits everybody.
        auth: String = String::new(),
        /// Sessions allowed on one connection.
        max_sessions: u16 = 1024,
        /// Initial session credit.
        session_credit: u16 = 8,
        /// Hard limit of unfinished operations per session.
        max_in_flight: u16 = 16,
        /// `max_concurrent_frames`: initial connection credit, 0 for no limit.
        connection_credit: u16 = 0,
        /// How long a lost session waits, in ms; 0 grants no resume.
        resume_window_ms: u32 = 30_000,
        /// Default lease time in ms; 0 grants no leases.
        lease_ttl_ms: u32 = 10_000,
        /// Cache entries granted; 0 grants no cache.
        max_cache_entries: u32 = 64,
        /// Cache bytes granted.
        max_cache_bytes: u32 = 1 << 20,
        /// `max_body_bytes`; 0 for no limit of its own.
        max_body_bytes: u32 = 0,
        /// Highest priority class granted: 0 interactive, 1 balanced, 2 background.
        best_priority: u8 = 0,
        /// Refuse an open that asks for a higher class, instead of lowering it.
        strict_priority: bool = false,
        /// Refuse an open that asks for leases where none are granted, instead of opening without.
        strict_leases: bool = false,
        /// `auth_block` that every SESSION_OPEN without a token must carry; empty admits everybody.
        session_auth: String = String::new(),
        /// Old path of a migration delivers this long, in ms.
        grace_window_ms: u32 = 200,
        /// Time for the hello exchange, in ms.
        handshake_timeout_ms: u32 = 5_000,
        /// Time an ending connection still waits for unfinished work, in ms.
        close_timeout_ms: u32 = 0,
        /// Push one complete result for every accepted submit without being commanded to.
        echo: bool = false,
    }
}

impl Command {
    /// The session the command names, so that a tag can be replaced by a number. `None` if the
    /// command names none.
    pub fn session_mut(&mut self) -> Option<&mut u32> {
        let session = match self {
            Self::Hello(_) | Self::Open(_) | Self::Probe(_) | Self::Shutdown(_) => return None,
            Self::Resume(resume) => &mut resume.session,
            Self::Submit(submit) => &mut submit.session,
            Self::Cancel(target) | Self::Drop(target) => &mut target.session,
            Self::Patch(patch) => &mut patch.session,
            Self::Migrate(migrate) => &mut migrate.session,
            Self::Push(push) => &mut push.session,
            Self::Hint(hint) => &mut hint.session,
            Self::Flow(flow) => &mut flow.session,
            Self::Put(put) => &mut put.session,
            Self::Invalidate(invalidate) => &mut invalidate.session,
            Self::Close(close) => &mut close.session,
            Self::Ping(ping) => &mut ping.session,
        };
        Some(session)
    }
}
