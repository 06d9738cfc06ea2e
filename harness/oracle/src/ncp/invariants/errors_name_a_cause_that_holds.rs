//! Nobody is told of a fault he has not committed, nor of another one than that.

use super::prelude::*;
use wireproof_wire::ncp::code;

pub(in crate::ncp) struct Rule;

const fn must(id: &'static str) -> Citation {
    Citation::must(id)
}

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "errors_name_a_cause_that_holds",
        says: "An ErrorFrame with a code of NCP follows a frame that gives cause for that code.",
        citations: &[
            must("NCP-HDR-011").read("OP-02"),
            must("NCP-HDR-018"),
            must("NCP-HDR-019"),
            must("NCP-HDR-020"),
            must("NCP-HDR-021").read("OP-02"),
            must("NCP-HDR-026").read("OP-15"),
            must("NCP-TIER-006").read("OP-47"),
            must("NCP-TIER-007").read("OP-05"),
            must("NCP-TIER-008").read("OP-04"),
            must("NCP-TIER-011").read("2.4"),
            must("NCP-STREAM-006"),
            must("NCP-STREAM-007"),
            must("NCP-STREAM-009").read("OP-58"),
            must("NCP-STREAM-010").read("OP-26"),
            must("NCP-STREAM-013"),
            must("NCP-STREAM-016").read("OP-26"),
            must("NCP-STREAM-018").read("OP-24"),
            must("NCP-STREAM-020").read("OP-24"),
            must("NCP-FLOW-002"),
            must("NCP-FLOW-005"),
            Citation::should("NCP-FLOW-006"),
            must("NCP-FLOW-003").read("OP-22"),
            must("NCP-FLOW-010").read("OP-22"),
            must("NCP-FLOW-013").read("OP-21"),
            must("NCP-ANCHOR-019"),
            must("NCP-ANCHOR-027").read("OP-35"),
            must("NCP-ANCHOR-029"),
            must("NCP-ANCHOR-030").read("OP-33"),
            must("NCP-ANCHOR-031"),
            must("NCP-ANCHOR-032"),
            must("NCP-CAPS-003").read("OP-58"),
            must("NCP-CAPS-010").read("4.4"),
            must("NCP-CAPS-011").read("4.4"),
            must("NCP-DIFF-008"),
            must("NCP-DIFF-010").read("8.9"),
            must("NCP-DIFF-011").read("OP-29"),
            must("NCP-DIFF-013").read("8.9"),
            must("NCP-DIFF-014").read("OP-58"),
            must("NCP-ENC-009"),
            must("NCP-ENC-011"),
            must("NCP-ENC-016").read("OP-37"),
            must("NCP-VER-002"),
            must("NOP-FRM-007"),
            must("NDP-FRM-005"),
        ],
    };
    const SENT: u16 = kinds::ERROR;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        let (Some(error), Some(status)) = (packet.text("error"), packet.text("status")) else {
            return;
        };
        // The handshake has invariants of its own, and so has what the application wants said.
        let commanded = conn.commanded.contains(&Name::of(error));
        if conn.agreed.is_none() || !conn.up || commanded || cx.node.cause_of(packet).is_some() {
            return;
        }
        let fresh = cx.node.fresh_cause(packet).map(|index| &conn.causes[index]);
        let citation = match fresh {
            Some(cause) if !hidden(status) => cause.rule,
            _ if conn.doubtful || conn.second_hello.is_some() => return,
            _ => match unfounded(cx, packet, conn, error) {
                Some(citation) => citation,
                None => return,
            },
        };
        let what = fresh.map_or("nothing", |cause| cause.what);
        out.breach::<Self>(
            citation,
            cx.state(packet.conn),
            format_args!("a code that fits what came: {what}"),
            format_args!("`{error}` under `{status}`"),
        );
    }
}

/// What nobody else can see: the other side is busy, or broken, or asks for an identity.
fn hidden(status: &str) -> bool {
    status.starts_with("NPS-SERVER-") && status != code::NPS_SERVER_ENCODING_UNSUPPORTED
        || status.starts_with("NPS-AUTH-")
        || matches!(status, code::NPS_LIMIT_RATE | code::NPS_LIMIT_BUDGET)
}

/// The rule that speaks of a code for which there is no cause.
fn unfounded(cx: &Cx<'_>, packet: &Packet<'_>, conn: &Conn, error: &str) -> Option<Citation> {
    let about = Name::of_optional(packet.detail("stream_id"));
    let stream = conn.stream(about);
    let system =
        packet.detail("anchor_ref").is_some_and(wireproof_wire::ncp::anchor::is_system_ref);
    Some(match error {
        code::NCP_ANCHOR_NOT_FOUND | code::NCP_ANCHOR_STALE if changed(cx, packet) => return None,
        code::NCP_ANCHOR_NOT_FOUND if system => must("NCP-CAPS-010").read("4.4"),
        code::NCP_ANCHOR_NOT_FOUND | code::NCP_ANCHOR_STALE => must("NCP-ANCHOR-032"),
        code::NCP_ANCHOR_SCHEMA_INVALID => must("NCP-ANCHOR-031"),
        code::NCP_ANCHOR_ID_MISMATCH => must("NCP-ANCHOR-029"),
        code::NCP_FRAME_UNKNOWN_TYPE => must("NCP-HDR-019"),
        code::NCP_FRAME_PAYLOAD_TOO_LARGE => must("NCP-HDR-018"),
        code::NCP_FRAME_FLAGS_INVALID => must("NCP-HDR-021").read("OP-02"),
        code::NCP_ENCODING_UNSUPPORTED => must("NCP-HDR-020"),
        code::NCP_STREAM_SEQ_GAP => must("NCP-STREAM-006"),
        code::NCP_STREAM_NOT_FOUND => must("NCP-STREAM-007"),
        code::NCP_STREAM_LIMIT_EXCEEDED => return slots(cx, packet, conn, stream),
        code::NCP_STREAM_WINDOW_OVERFLOW => match stream {
            Some(stream) if stream.mine => must("NCP-FLOW-010").read("OP-22"),
            Some(stream) if !stream.windowed => must("NCP-FLOW-005"),
            Some(stream) if stream.next < 3 => must("NCP-FLOW-013").read("OP-21"),
            _ => must("NCP-FLOW-002"),
        },
        code::NCP_DIFF_FORMAT_UNSUPPORTED => must("NCP-DIFF-008"),
        code::NCP_VERSION_INCOMPATIBLE => must("NCP-VER-002"),
        code::NCP_ENC_NOT_NEGOTIATED => must("NCP-ENC-009"),
        code::NCP_ENC_AUTH_FAILED => must("NCP-ENC-011"),
        // A Node may have its reasons to refuse a request.
        code::NPS_CLIENT_BAD_FRAME if conn.requests.is_empty() => {
            must("NCP-TIER-006").read("OP-47")
        }
        _ => return None,
    })
}

/// Whether the registry has changed while a request for that reference waited.
fn changed(cx: &Cx<'_>, packet: &Packet<'_>) -> bool {
    let about = packet.detail("anchor_ref").map(Name::of);
    about.is_some_and(|about| !cx.node.speaks_of_today(packet, about))
}

/// Whether a stream was refused for want of a slot although one was free.
fn slots(
    cx: &Cx<'_>,
    packet: &Packet<'_>,
    conn: &Conn,
    stream: Option<&Stream>,
) -> Option<Citation> {
    if stream.is_some_and(|stream| stream.mine) {
        return Some(must("NCP-FLOW-010").read("OP-22"));
    }
    // A streaming query finds no free slot (OP-14): when it came, or when its stream was to open.
    // The answer may have to wait for those before it (OP-28).
    let id = Name::of_optional(packet.detail("request_id"));
    let named = |other: Name| id.is_none() || other == id;
    let asked = conn.requests.iter().any(|request| {
        let streams = request.stream && named(request.id) || request.mistaken.is_some_and(named);
        request.crowded && streams
    });
    let named = stream.is_some() || packet.detail("stream_id").is_some();
    if cx.server() && asked && !named {
        return None;
    }
    Some(must("NCP-STREAM-016").read("OP-26"))
}
