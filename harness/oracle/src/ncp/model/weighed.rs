//! Frames of NIP, NDP and NOP that may be believed or not (NIP §5.1, §7, §10.3; NDP §7.1;
//! NOP §8.2).
//!
//! The judge works it out for itself from the setup and the frames of the connection. It knows
//! neither more keys nor more revocations than the setup names.

use super::{Codes, Name, Node};
use crate::ncp::packet::Packet;
use alloc::string::String;
use wireproof_base::{Citation, ConnId, Instant};
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::companion::signature;
use wireproof_wire::ncp::frame::{Companion, Frame};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Value, timestamp};

const SIGNED: Citation = Citation::must("NIP-FRM-002");
const ORDER: Citation = Citation::must("NIP-FRM-003");
const SCOPE: Citation = Citation::must("NIP-FRM-003").read("OP-50");
const ANNOUNCED: Citation = Citation::must("NDP-FRM-002");
const BOUNDS: Citation = Citation::must("NIP-FRM-004").read("5.5");
const DEPTH: Citation = Citation::must("NOP-FRM-003").read("5.5");

/// Who the peer of a connection has shown itself to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::ncp) enum Identity {
    /// Nobody in particular.
    #[default]
    Unknown,
    /// Somebody with a certificate that is good.
    Good {
        /// Who.
        nid: String,
        /// What that admits.
        scope: Value,
    },
    /// Somebody whose certificate is not, for its scope alone or for more than that.
    Bad {
        /// Whether only the scope speaks against it.
        scope: bool,
    },
}

/// What the judge makes of a frame.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Weighed {
    /// Its type.
    pub kind: FrameType,
    /// The step in which it came.
    pub step: u32,
    /// What is wrong with it.
    pub fault: Option<Flaw>,
}

/// What is wrong with a frame of good form.
#[derive(Clone, Copy, Debug)]
pub(in crate::ncp) struct Flaw {
    /// The rule that whoever takes it breaks.
    pub rule: Citation,
    /// The rule that another code breaks.
    pub order: Citation,
    /// What may be said about it.
    pub codes: [&'static str; 2],
    /// What it is, for a report.
    pub what: &'static str,
}

/// A task that was handed on.
#[derive(Clone, Debug)]
pub(in crate::ncp) struct Handed {
    subtask: Name,
    depth: u32,
    scope: Value,
}

impl Node {
    /// What the judge makes of the one frame of that type that came in the present step.
    pub fn weighed(&self, conn: ConnId, kind: FrameType) -> Option<&Weighed> {
        let conn = self.conns.get(conn.0 as usize)?;
        let mut now =
            conn.weighed.iter().filter(|seen| seen.step == self.step && seen.kind == kind);
        let one = now.next();
        one.filter(|_| now.next().is_none())
    }

    /// A frame that has its form arrived.
    pub(super) fn weigh(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        let Frame::Companion(Companion { kind, members }) = &packet.frame else { return };
        let fault = match kind {
            _ if packet.mine || !self.configured => return,
            FrameType::Ident if !self.setup.trusted.is_empty() => {
                let fault = self.examine(members, at);
                self.conns[packet.conn.0 as usize].identity = shown(members, fault);
                fault
            }
            FrameType::Announce if !self.setup.announcers.is_empty() => self.announced(members),
            FrameType::Delegate => self.handed(packet.conn, members),
            _ => return,
        };
        let (kind, step) = (*kind, self.step);
        let seen = &mut self.conns[packet.conn.0 as usize].weighed;
        seen.retain(|seen| seen.step == step);
        seen.push(Weighed { kind, step, fault });
        if let Some(fault) = fault {
            let conn = packet.conn;
            self.possible(conn, Codes::ANY, fault.rule, Name::NONE, record, fault.what);
        }
    }

    /// NIP §7: expiry, issuer, signature, revocation, capabilities, scope.
    fn examine(&self, frame: &Value, at: Instant) -> Option<Flaw> {
        let setup = &self.setup;
        let expires = text(frame, "expires_at");
        let nanos = u128::from(setup.epoch_unix_ms) * 1_000_000 + u128::from(at.as_nanos());
        let now = ((nanos / 1_000_000_000) as i64, (nanos % 1_000_000_000) as u32);
        if timestamp::parse(expires).is_none_or(|end| now > (end.seconds, end.nanos)) {
            return Some(flaw(ORDER, [code::NIP_CERT_EXPIRED; 2], "an expired identity"));
        }
        let issuer = setup.trusted.iter().find(|known| known.nid == text(frame, "issued_by"));
        let Some(issuer) = issuer else {
            let codes = [code::NIP_CERT_UNTRUSTED_ISSUER; 2];
            return Some(flaw(ORDER, codes, "an identity of a stranger"));
        };
        if signature::verify(FrameType::Ident, frame, &issuer.key).is_err() {
            let codes = [code::NIP_CERT_SIGNATURE_INVALID; 2];
            let what = "an identity whose signature does not hold";
            return Some(Flaw { order: ORDER, ..flaw(SIGNED, codes, what) });
        }
        let serial = text(frame, "serial");
        if setup.revoked.iter().any(|revoked| revoked.eq_ignore_ascii_case(serial)) {
            return Some(flaw(ORDER, [code::NIP_CERT_REVOKED; 2], "a revoked identity"));
        }
        let has = |wanted: &str| texts(frame, "capabilities").any(|own| is_same(own, wanted));
        if !setup.capabilities.iter().all(|wanted| has(wanted)) {
            let codes = [code::NIP_CERT_CAPABILITY_MISSING; 2];
            return Some(flaw(ORDER, codes, "an identity without a capability"));
        }
        let scope = frame.get("scope").unwrap_or(&Value::Nil);
        if !setup.address.is_empty() && !admits(scope, "nodes", &setup.address, '/') {
            let codes = [code::NWP_AUTH_NID_SCOPE_VIOLATION, code::NIP_CERT_SCOPE_VIOLATION];
            let what = "an identity whose scope does not reach the node";
            return Some(Flaw { order: SCOPE, ..flaw(ORDER, codes, what) });
        }
        None
    }

    /// NDP §7.1.
    fn announced(&self, frame: &Value) -> Option<Flaw> {
        let nid = text(frame, "nid");
        let own = self.setup.announcers.iter().find(|known| known.nid == nid);
        let holds = own
            .is_some_and(|known| signature::verify(FrameType::Announce, frame, &known.key).is_ok());
        let codes = [code::NDP_ANNOUNCE_SIGNATURE_INVALID, code::NDP_ANNOUNCE_NID_MISMATCH];
        (!holds).then(|| flaw(ANNOUNCED, codes, "an announcement that nobody known has signed"))
    }

    /// NIP §10.3 and NOP §8.2. One that is refused does not count.
    fn handed(&mut self, conn: ConnId, frame: &Value) -> Option<Flaw> {
        let conn = &mut self.conns[conn.0 as usize];
        let parent = Name::of(text(frame, "parent_task_id"));
        let above = conn.handed.iter().find(|handed| handed.subtask == parent);
        let depth = above.map_or(0, |handed| handed.depth) + 1;
        if depth > 3 {
            let codes = [code::NOP_DELEGATE_CHAIN_TOO_DEEP; 2];
            return Some(flaw(DEPTH, codes, "a delegation below three others"));
        }
        let own = match &conn.identity {
            Identity::Good { scope, .. } => Some(scope),
            Identity::Unknown | Identity::Bad { .. } => None,
        };
        let scope = frame.get("delegated_scope").cloned().unwrap_or(Value::Nil);
        let bound = above.map(|handed| &handed.scope).or(own);
        if bound.is_some_and(|bound| !is_within(&scope, bound)) {
            let codes = [code::NOP_DELEGATE_SCOPE_VIOLATION; 2];
            return Some(flaw(BOUNDS, codes, "a delegation of more than there was"));
        }
        let subtask = Name::of(text(frame, "subtask_id"));
        conn.handed.push(Handed { subtask, depth, scope });
        None
    }

    /// Whether a request is outside of what its sender has been shown to be admitted to.
    pub fn is_outside(&self, conn: ConnId, action: Option<&str>) -> bool {
        match &self.conn(conn).identity {
            Identity::Unknown => false,
            Identity::Good { scope, .. } => {
                action.is_some_and(|action| !admits(scope, "actions", action, '.'))
            }
            Identity::Bad { scope } => *scope,
        }
    }
}

/// Whom an IdentFrame shows.
fn shown(frame: &Value, fault: Option<Flaw>) -> Identity {
    match fault {
        Some(fault) => Identity::Bad { scope: fault.order == SCOPE },
        None => Identity::Good {
            nid: text(frame, "nid").into(),
            scope: frame.get("scope").cloned().unwrap_or(Value::Nil),
        },
    }
}

const fn flaw(rule: Citation, codes: [&'static str; 2], what: &'static str) -> Flaw {
    Flaw { rule, order: rule, codes, what }
}

fn text<'v>(frame: &'v Value, name: &str) -> &'v str {
    frame.get(name).and_then(Value::as_text).unwrap_or_default()
}

fn texts<'v>(frame: &'v Value, name: &str) -> impl Iterator<Item = &'v str> {
    let items = frame.get(name).and_then(Value::as_array).unwrap_or_default();
    items.iter().filter_map(Value::as_text)
}

/// Running an operation has two names (`OP-50`).
fn is_same(own: &str, wanted: &str) -> bool {
    let runs = |name| name == "nwp:action" || name == "nwp:invoke";
    own == wanted || runs(own) && runs(wanted)
}

/// Whether an entry of a scope stands for `name`, or for all that `name` stands for: by its start
/// if it ends in `*`, else itself and what is below it (reference 5.3).
fn stands_for(entry: &str, name: &str, separator: char) -> bool {
    match entry.strip_suffix('*') {
        Some(start) => name.strip_suffix('*').unwrap_or(name).starts_with(start),
        None => name
            .strip_prefix(entry)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(separator)),
    }
}

fn admits(scope: &Value, list: &str, name: &str, separator: char) -> bool {
    texts(scope, list).any(|entry| stands_for(entry, name, separator))
}

/// Whether a scope is no wider than another.
fn is_within(scope: &Value, bound: &Value) -> bool {
    let lists = [("nodes", '/'), ("actions", '.')];
    let budget = |scope: &Value| scope.get("max_token_budget").and_then(Value::as_uint);
    lists.into_iter().all(|(list, separator)| {
        texts(scope, list).all(|entry| admits(bound, list, entry, separator))
    }) && budget(bound).is_none_or(|most| budget(scope).is_some_and(|own| own <= most))
}
