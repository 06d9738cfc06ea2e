//! Every invariant at every point of a run.
//!
//! A module that is missing from the list is dead code, and the compiler says so.

use crate::Invariant;
use crate::ncp::check::{Check, Cx, Report, events, kinds};
use crate::ncp::http::Post;
use crate::ncp::model::Claim;
use crate::ncp::packet::{Fault, Packet};
use wireproof_base::ConnId;
use wireproof_wire::ncp::Event;

pub(in crate::ncp) use super::bodies_carry_whole_frames::mangled;
pub(in crate::ncp) use super::nonces_are_used_once::nonce;

/// Whether two sets have something in common.
#[inline]
const fn meets(one: u16, other: u16) -> bool {
    one & other != 0
}

macro_rules! invariants {
    ($($module:ident),* $(,)?) => {
        /// Every invariant.
        pub const ALL: &[Invariant] = &[$(<super::$module::Rule as Check>::INVARIANT),*];
        /// The modules, in the order of `ALL`.
        #[cfg(test)]
        pub const MODULES: &[&str] = &[$(stringify!($module)),*];

        /// The node sends a frame that can be read.
        #[inline]
        pub fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
            let kind = kinds::of(packet.kind);
            $(if meets(<super::$module::Rule as Check>::SENT, kind) {
                <super::$module::Rule as Check>::sent(cx, packet, out);
            })*
        }

        /// The node sends or gets a frame that cannot be read.
        pub fn garbled(cx: &Cx<'_>, fault: &Fault, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::garbled(cx, fault, out);)*
        }

        /// The node reports an event.
        #[inline]
        pub fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
            let kind = events::of(event);
            $(if meets(<super::$module::Rule as Check>::EVENTS, kind) {
                <super::$module::Rule as Check>::event(cx, event, out);
            })*
        }

        /// The node has come to rest after a claim.
        pub fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::claim(cx, claim, out);)*
        }

        /// The node ends a connection with `pending` bytes of a frame unsent.
        pub fn shutdown(cx: &Cx<'_>, conn: ConnId, pending: usize, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::shutdown(cx, conn, pending, out);)*
        }

        /// The node sends or gets a message of HTTP mode.
        pub fn posted(cx: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::posted(cx, post, out);)*
        }

        /// The node reports an event in HTTP mode.
        pub fn reported(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::reported(cx, event, out);)*
        }

        /// The run is over and everything owed is due.
        pub fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::finish(cx, out);)*
        }
    };
}

invariants! {
    align_stream_numbers_rise,
    alignment_uses_align_stream,
    anchors_come_from_the_node,
    announcements_are_verified,
    answers_are_reported_as_received,
    arrived_chunks_are_handed_on,
    bitset_waits_for_an_agreement,
    bodies_carry_whole_frames,
    bodies_have_their_type,
    budgets_are_kept,
    cached_schemas_are_used,
    chunks_are_delivered_once_and_in_order,
    chunks_are_numbered_without_gaps,
    conflicting_schema_ends_the_connection,
    credited_chunks_are_sent,
    delegations_stay_in_bounds,
    diffs_apply_to_their_base_alone,
    emitted_frames_are_well_formed,
    encoding_is_the_preferred_one,
    encryption_waits_for_an_agreement,
    error_code_ends_the_stream,
    error_is_never_answered_by_error,
    errors_name_a_cause_that_holds,
    errors_name_their_subject,
    errors_over_http_use_registered_codes,
    errors_use_registered_codes,
    every_stream_ends,
    expired_schemas_are_not_used,
    extended_header_waits_for_an_agreement,
    faults_are_answered,
    final_marks_the_last_chunk,
    flow_control_starts_with_the_opener,
    frame_names_its_type,
    frames_reach_their_protocol,
    frames_stay_within_the_agreed_limit,
    frames_use_the_agreed_encoding,
    free_slots_are_used,
    handshake_happens_once,
    headers_say_what_the_body_says,
    hello_comes_first,
    hello_is_answered_in_time,
    hello_is_plain_and_readable,
    hello_stays_out_of_http,
    http_status_is_that_of_the_error,
    identifier_is_the_digest,
    inline_schema_belongs_to_its_answer,
    manifest_is_shown_whole,
    nonces_are_used_once,
    nothing_follows_the_end,
    nothing_follows_the_last_chunk,
    only_good_identities_are_taken,
    only_verified_schemas_are_taken,
    plaintext_is_noticed,
    ready_is_reported_as_agreed,
    records_fit_their_schema,
    records_name_their_schema,
    references_are_answered_as_they_stand,
    refusal_ends_the_connection,
    refusal_has_the_right_code,
    replaced_references_are_answered_as_advised,
    reply_has_its_form,
    reply_lies_inside_the_offer,
    reports_over_http_were_received,
    requests_get_one_response_each,
    requests_stay_in_scope,
    reserved_bits_are_clear,
    responses_bring_what_was_asked,
    sealed_frames_open,
    second_hello_is_refused,
    silent_peers_are_given_up,
    stream_ends_as_the_wire_says,
    stream_is_reported_once,
    stream_limit_is_kept,
    streaming_query_gets_a_stream,
    streams_above_the_limit_stay_out,
    subscription_events_are_numbered,
    texts_have_their_form,
    unfit_hello_is_refused,
    version_refusal_tells_both_versions,
    window_is_never_overrun,
    window_update_has_its_form,
    windows_are_reported_as_received,
    wrong_first_frame_ends_the_connection,
}
