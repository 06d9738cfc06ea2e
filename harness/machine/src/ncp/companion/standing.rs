//! Who the peer of a connection is and what its companion frames have led to.

use super::chain::Chain;
use super::numbers::Numbers;
use super::trust;
use alloc::string::String;
use wireproof_base::Instant;
use wireproof_wire::ncp::code;
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::companion::{delegation, scope};
use wireproof_wire::ncp::frame::Companion;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::value::Value;
use wireproof_wire::ncp::violation::Violation;

/// The standing of one peer.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    identity: Identity,
    numbers: Numbers,
    chain: Chain,
}

/// What the last IdentFrame has shown. Without an issuer to trust nothing is ever shown.
#[derive(Debug, Default)]
enum Identity {
    #[default]
    Unknown,
    /// Its certificate is good.
    Verified { nid: String, scope: Value },
    /// It is not, for this reason.
    Rejected(&'static str),
}

impl Standing {
    /// Takes a frame that has its form.
    ///
    /// # Errors
    ///
    /// What it breaks. It changes nothing, except that a certificate that is no good leaves the
    /// peer without one.
    pub fn take(
        &mut self,
        frame: &Companion,
        setup: &Setup,
        now: Instant,
    ) -> Result<(), Violation> {
        let members = &frame.members;
        match frame.kind {
            FrameType::Ident => self.identify(members, setup, now),
            FrameType::Announce => trust::announced(members, setup),
            FrameType::Delegate => self.chain.take(members, self.identity.scope()),
            FrameType::AlignStream => {
                self.sent_by(members, setup)?;
                self.numbers.take(frame.kind, members)
            }
            FrameType::Graph => self.numbers.take(frame.kind, members),
            _ => Ok(()),
        }
    }

    /// Why a request is out of bounds for the peer, if it is (NWP-FRM-013). `action` is absent for
    /// what needs no more than the node itself.
    pub fn excluded(&self, action: Option<&str>) -> Option<&'static str> {
        match &self.identity {
            Identity::Unknown => None,
            Identity::Rejected(code) => Some(code),
            Identity::Verified { scope, .. } => {
                let fine =
                    action.is_none_or(|id| scope::admits_action(scope, id, scope::Match::Prefix));
                (!fine).then_some(code::NWP_AUTH_NID_SCOPE_VIOLATION)
            }
        }
    }

    fn identify(&mut self, frame: &Value, setup: &Setup, now: Instant) -> Result<(), Violation> {
        let verified = trust::identify(frame, setup, now);
        self.identity = match &verified {
            Ok(()) if setup.trusted.is_empty() => Identity::Unknown,
            Ok(()) => Identity::Verified {
                nid: frame.get("nid").and_then(Value::as_text).unwrap_or_default().into(),
                scope: frame.get("scope").cloned().unwrap_or(Value::Nil),
            },
            Err(violation) => Identity::Rejected(refusal(violation.code)),
        };
        verified
    }

    /// NOP-FRM-007. What the setup says comes before what an IdentFrame says.
    fn sent_by(&self, frame: &Value, setup: &Setup) -> Result<(), Violation> {
        match &self.identity {
            _ if !setup.peer_nid.is_empty() => delegation::sent_by(frame, &setup.peer_nid),
            Identity::Verified { nid, .. } => delegation::sent_by(frame, nid),
            Identity::Unknown | Identity::Rejected(_) => Ok(()),
        }
    }
}

impl Identity {
    const fn scope(&self) -> Option<&Value> {
        match self {
            Self::Verified { scope, .. } => Some(scope),
            Self::Unknown | Self::Rejected(_) => None,
        }
    }
}

/// What a request brings whose sender has shown a certificate that is no good.
fn refusal(code: &str) -> &'static str {
    match code {
        code::NIP_CERT_EXPIRED => code::NWP_AUTH_NID_EXPIRED,
        code::NIP_CERT_REVOKED => code::NWP_AUTH_NID_REVOKED,
        code::NIP_CERT_CAPABILITY_MISSING => code::NWP_AUTH_NID_CAPABILITY_MISSING,
        code::NWP_AUTH_NID_SCOPE_VIOLATION => code::NWP_AUTH_NID_SCOPE_VIOLATION,
        // A signature that does not hold is of no issuer anybody trusts.
        _ => code::NWP_AUTH_NID_UNTRUSTED_ISSUER,
    }
}
