//! Commands of applications and setups of endpoints, within the ranges their fields have.
//!
//! Small numbers name small things: connections from 0, sessions, lanes and frames from 1, so
//! that few bytes are enough to speak about what exists.

use crate::draw::Draw;
use wireproof_base::{ConnId, Role};
use wireproof_wire::nnrp::Command;
use wireproof_wire::nnrp::command::{
    Close, Flow, Hello, Hint, Invalidate, Migrate, Open, Patch, Ping, Probe, Push, Put, Resume,
    Setup, Shutdown, Submit, Target,
};

/// A command that `role` understands.
pub fn command(role: Role, draw: &mut Draw<'_>) -> Command {
    let variant = draw.byte();
    // The upper half of all variants takes nothing but names from the input.
    let plain = variant >= 0x80;
    match (role, variant % 12) {
        (_, 0) => Command::Flow(flow(plain, draw)),
        (_, 1) => Command::Put(put(plain, draw)),
        (_, 2) => Command::Invalidate(invalidate(draw)),
        (_, 3) => Command::Close(close(plain, draw)),
        (_, 4) if !plain => Command::Shutdown(Shutdown { conn: conn(draw) }),
        (_, 4 | 5) => Command::Ping(Ping { conn: conn(draw), session: draw.byte() as u32 % 4 }),
        (Role::Client, nth) => client(nth, plain, draw),
        (Role::Server, 6 | 7) => Command::Drop(target(draw)),
        (Role::Server, 8) => Command::Hint(hint(draw)),
        (Role::Server, _) => Command::Push(push(plain, draw)),
    }
}

fn client(nth: u8, plain: bool, draw: &mut Draw<'_>) -> Command {
    match nth {
        6 => Command::Hello(hello(plain, draw)),
        7 => Command::Open(open(plain, draw)),
        8 if plain => Command::Cancel(target(draw)),
        8 => Command::Patch(patch(draw)),
        9 if plain => Command::Resume(Resume {
            conn: conn(draw),
            session: session(draw),
            tag: tag(draw),
            watermark: draw.byte().into(),
        }),
        9 => match draw.flag() {
            true => Command::Migrate(Migrate { session: session(draw), conn: conn(draw) }),
            false => Command::Probe(Probe {
                conn: conn(draw),
                id: draw.byte().into(),
                bytes: draw.byte().into(),
            }),
        },
        _ => Command::Submit(submit(plain, draw)),
    }
}

/// A setup for `role`: the default, or one with narrow limits.
pub fn setup(role: Role, draw: &mut Draw<'_>) -> Setup {
    let base = Setup { role, ..Setup::default() };
    let shape = draw.byte();
    if shape & 1 == 0 {
        return Setup { echo: shape & 2 != 0, ..base };
    }
    Setup {
        max_sessions: 1 + u16::from(shape >> 6),
        session_credit: u16::from(draw.byte() % 4),
        max_in_flight: 1 + u16::from(draw.byte() % 4),
        connection_credit: u16::from(draw.byte() % 4),
        resume_window_ms: [0, 10, 30_000, u32::MAX][draw.below(4)],
        lease_ttl_ms: [0, 10, 10_000, u32::MAX][draw.below(4)],
        max_cache_entries: draw.byte() as u32 % 4,
        max_cache_bytes: draw.byte().into(),
        max_body_bytes: [0, 64, 4096, u32::MAX][draw.below(4)],
        best_priority: draw.byte() % 3,
        grace_window_ms: [0, 200][draw.below(2)],
        close_timeout_ms: [0, 20][draw.below(2)],
        echo: shape & 2 != 0,
        ..base
    }
}

fn conn(draw: &mut Draw<'_>) -> ConnId {
    ConnId(u32::from(draw.byte() % 4))
}

fn session(draw: &mut Draw<'_>) -> u32 {
    1 + u32::from(draw.byte() % 4)
}

fn tag(draw: &mut Draw<'_>) -> u64 {
    1 + u64::from(draw.byte() % 8)
}

/// Session, lane and frame from two bytes.
fn target(draw: &mut Draw<'_>) -> Target {
    let session = session(draw);
    let name = draw.byte();
    Target { session, lane: u16::from(name & 1), frame: 1 + u32::from(name >> 1) % 8 }
}

fn text(draw: &mut Draw<'_>) -> String {
    "ab".repeat(draw.below(24))
}

fn hello(plain: bool, draw: &mut Draw<'_>) -> Hello {
    let base = Hello { conn: conn(draw), ..Hello::default() };
    if plain {
        return base;
    }
    Hello {
        min_version_major: 1,
        max_version_major: 1 + draw.byte() % 2,
        profiles: 1 + u32::from(draw.byte() % 3),
        payload_kinds: u32::from(draw.byte() & 0x7F).max(1),
        lanes: u16::from(draw.byte() % 5),
        auth: text(draw),
        ..base
    }
}

fn open(plain: bool, draw: &mut Draw<'_>) -> Open {
    let base =
        Open { conn: conn(draw), tag: tag(draw), flags: draw.byte() & 0xF, ..Open::default() };
    if plain {
        return base;
    }
    let anchored = draw.flag();
    Open {
        requested: u32::from(draw.byte() % 4),
        profile: u16::from(draw.byte() % 4),
        priority: draw.byte() % 3,
        schema_id: if anchored { 0x1001 } else { 0 },
        schema_version: if anchored { 3 } else { 0 },
        deadline_ms: draw.byte().into(),
        max_in_flight: u16::from(draw.byte() % 4),
        lease_ttl_ms: u32::from(draw.byte()),
        auth: text(draw),
        ..base
    }
}

fn submit(plain: bool, draw: &mut Draw<'_>) -> Submit {
    let session = session(draw);
    let base = Submit { session, lane: u16::from(draw.byte() % 2), ..Submit::default() };
    if plain {
        return base;
    }
    let frame_class = draw.byte() % 4;
    // A keyframe is never sent once only (NNRP-SUB-006).
    let loss_tolerance = match draw.byte() % 5 {
        4 => 0xFF,
        3 if frame_class == 0 => 0,
        level => level,
    };
    let retry_of = if frame_class == 2 { u32::from(draw.byte() % 4) } else { 0 };
    Submit {
        frame: u32::from(draw.byte() % 16),
        payload_kind: [2, 0x40, 0x10, 0x20][draw.below(4)],
        text: text(draw),
        frame_class,
        latency_budget_ms: u16::from(draw.byte()),
        budget_policy: draw.byte() & 0xF,
        loss_tolerance,
        retry_of,
        dependency: u32::from(draw.byte() % 4),
        ..base
    }
}

fn patch(draw: &mut Draw<'_>) -> Patch {
    Patch {
        session: session(draw),
        mask: u32::from(draw.byte() & 0x3F).max(1),
        target_cadence_x100: draw.byte().into(),
        quality_tier: draw.byte().into(),
        degrade_policy: u16::from(draw.byte() % 4),
        lanes: draw.byte().into(),
    }
}

fn push(plain: bool, draw: &mut Draw<'_>) -> Push {
    let Target { session, lane, frame } = target(draw);
    let base = Push { session, lane, frame, ..Push::default() };
    if plain {
        return base;
    }
    let class = draw.byte() % 4;
    Push {
        partial: draw.flag(),
        text: text(draw),
        status: u16::from(draw.byte() % 4),
        class,
        applied_budget: draw.byte() & 0xF,
        reused_frame: if class == 2 { 1 + u32::from(draw.byte() % 4) } else { 0 },
        ..base
    }
}

fn hint(draw: &mut Draw<'_>) -> Hint {
    let Target { session, lane, frame } = target(draw);
    let of_session = draw.flag();
    Hint {
        session,
        lane: if of_session { 0 } else { lane },
        frame: if of_session { 0 } else { frame },
        budget_policy: u32::from(draw.byte() % 5),
        congestion: u32::from(draw.byte() % 4),
        reason: u32::from(draw.byte() % 5),
        retry_after_ms: draw.byte().into(),
    }
}

fn flow(plain: bool, draw: &mut Draw<'_>) -> Flow {
    let shape = draw.byte();
    let session = match shape % 3 {
        0 => 0,
        _ => session(draw),
    };
    let operation = match shape % 3 {
        2 => 1 + u64::from(draw.byte() % 4),
        _ => 0,
    };
    let base = Flow { conn: conn(draw), session, operation, ..Flow::default() };
    let credit = (shape & 0x40 != 0).then(|| u16::from(draw.byte() % 8));
    if plain {
        return Flow { credit, ..base };
    }
    Flow {
        reason: draw.byte() % 5,
        level: draw.byte() % 3,
        credit,
        retry_after_ms: (shape & 0x80 != 0).then(|| draw.byte().into()),
        background_only: shape & 0x08 != 0,
        drain_in_flight_only: shape & 0x10 != 0,
        epoch: (shape & 0x20 != 0).then(|| draw.byte().into()),
        ..base
    }
}

fn put(plain: bool, draw: &mut Draw<'_>) -> Put {
    let base = Put {
        conn: conn(draw),
        session: u32::from(draw.byte() % 3),
        namespace: u32::from(draw.byte() % 2),
        key: u64::from(draw.byte() % 4),
        hex: "c0".repeat(draw.below(80)),
        ..Put::default()
    };
    if plain {
        return base;
    }
    Put { kind: 1 + u32::from(draw.byte() % 9), ttl_ms: draw.byte().into(), ..base }
}

fn invalidate(draw: &mut Draw<'_>) -> Invalidate {
    Invalidate {
        conn: conn(draw),
        session: u32::from(draw.byte() % 3),
        scope: u32::from(draw.byte() % 4),
        namespace: u32::from(draw.byte() % 2),
        key: u64::from(draw.byte() % 4),
    }
}

fn close(plain: bool, draw: &mut Draw<'_>) -> Close {
    let base = Close { session: session(draw), ..Close::default() };
    if plain {
        return Close { drain_timeout_ms: draw.byte().into(), ..base };
    }
    Close {
        reason: u16::from(draw.byte() % 6),
        abort: draw.flag(),
        drain_timeout_ms: draw.byte().into(),
        ..base
    }
}
