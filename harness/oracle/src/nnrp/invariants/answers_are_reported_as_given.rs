//! What an application is told of an answer is what the answer says.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const ERROR: Citation = Citation::must("NNRP-ERR-002");
const CACHE: Citation = Citation::must("NNRP-CACHE-019");
const PONG: Citation = Citation::must("NNRP-CON-010");
const PROBE: Citation = Citation::must("NNRP-PRB-002");
const MOVE: Citation = Citation::must("NNRP-MIG-004");
const PATCH: Citation = Citation::must("NNRP-PAT-004");
const PUT: Citation = Citation::must("NNRP-CACHE-002");
const HINT: Citation = Citation::must("NNRP-RLT-015");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "answers_are_reported_as_given",
        says: "An error number, an accepted migration, patch or put, a pong, a probe and a hint \
               are reported only as they were received.",
        citations: &[ERROR, CACHE, PONG, PROBE, MOVE, PATCH, PUT, HINT],
    };
    const EVENTS: u32 = events::OTHER;

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Some((citation, kind, session, fields)) = claimed(event) else { return };
        // A server reports the migration that it has itself accepted.
        if kind == MessageType::SessionMigrateAck && cx.node.role == Role::Server {
            return;
        }
        let same = |answer: &&Answer| {
            answer.kind == kind && answer.session == session && answer.fields == fields
        };
        if !cx.node.answers.iter().any(|answer| same(&answer)) {
            out.breach::<Self>(
                citation,
                "reporting",
                format_args!("what a {} for session {session} said", kind.name()),
                format_args!("{}: {fields:?}", event.name()),
            );
        }
    }
}

/// The answer that an event stands for. What a node comes to by itself is not one.
fn claimed(event: &Event) -> Option<(Citation, MessageType, u32, [u64; 4])> {
    Some(match *event {
        Event::Error { session, lane, frame, code, fatal, .. } => {
            let cache = matches!(code, 0x0003_0001..=0x0003_0005);
            let fields = [u64::from(code), u64::from(fatal), u64::from(frame), u64::from(lane)];
            (if cache { CACHE } else { ERROR }, MessageType::Error, session, fields)
        }
        Event::Pong { session, .. } => (PONG, MessageType::Pong, session, [0; 4]),
        Event::Probed { id, .. } => {
            (PROBE, MessageType::TransportProbeAck, 0, [u64::from(id), 0, 0, 0])
        }
        Event::Migrated { session, code: 0, resume_from, .. } => {
            (MOVE, MessageType::SessionMigrateAck, session, [0, u64::from(resume_from), 0, 0])
        }
        Event::Patched { session, status, applied, rejected } if applied != 0 => {
            let fields = [u64::from(status), u64::from(applied), u64::from(rejected), 0];
            (PATCH, MessageType::SessionPatchAck, session, fields)
        }
        Event::Cached { session, namespace, key, status, detail } if status != REJECTED => {
            let fields = [u64::from(namespace), key, u64::from(status), u64::from(detail)];
            (PUT, MessageType::CacheAck, session, fields)
        }
        Event::Hinted { session, frame, reason, retry_after_ms } => {
            let fields = [u64::from(frame), u64::from(reason), u64::from(retry_after_ms), 0];
            (HINT, MessageType::ResultHint, session, fields)
        }
        _ => return None,
    })
}
