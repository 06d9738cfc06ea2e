//! One invariant per file, named as a sentence.

/// What every invariant needs.
mod prelude {
    pub(super) use crate::Invariant;
    pub(super) use crate::nnrp::check::{Check, Cx, Report};
    pub(super) use crate::nnrp::model::*;
    pub(super) use crate::nnrp::packet::{Finality, Garbled, Packet};
    pub(super) use wireproof_base::{Carrier, Citation, ConnId, Role};
    pub(super) use wireproof_wire::nnrp::{Event, MessageType, Metadata};
}

use super::check::{Check, Cx, Report};
use super::model::Claim;
use super::packet::{Garbled, Packet};
use crate::Invariant;
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;

macro_rules! invariants {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every invariant.
        pub(super) const ALL: &[Invariant] = &[$(<$module::Rule as Check>::INVARIANT),*];
        /// The modules, in the order of `ALL`.
        #[cfg(test)]
        pub(super) const MODULES: &[&str] = &[$(stringify!($module)),*];

        /// The node sends a well-formed packet.
        #[inline]
        pub(super) fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
            $(<$module::Rule as Check>::sent(cx, packet, out);)*
        }

        /// The node sends or gets bytes that are no packet.
        pub(super) fn garbled(cx: &Cx<'_>, garbled: &Garbled, out: &mut Report<'_>) {
            $(<$module::Rule as Check>::garbled(cx, garbled, out);)*
        }

        /// The node reports an event.
        #[inline]
        pub(super) fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
            $(<$module::Rule as Check>::event(cx, event, out);)*
        }

        /// The node has come to rest after a claim.
        pub(super) fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
            $(<$module::Rule as Check>::claim(cx, claim, out);)*
        }

        /// The node ends a connection with `pending` bytes of a packet unsent.
        pub(super) fn shutdown(
            cx: &Cx<'_>,
            conn: ConnId,
            pending: usize,
            out: &mut Report<'_>,
        ) {
            $(<$module::Rule as Check>::shutdown(cx, conn, pending, out);)*
        }

        /// The run is over and everything owed is due.
        pub(super) fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
            $(<$module::Rule as Check>::finish(cx, out);)*
        }
    };
}

invariants! {
    emitted_frames_are_well_formed,
    hello_comes_before_everything_else,
    hello_answer_lies_inside_the_offer,
    open_is_answered_once_and_in_order,
    operation_ends_exactly_once,
}
