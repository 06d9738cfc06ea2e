//! Every invariant at every point of a run.
//!
//! A module that is missing from the list is dead code, and the compiler says so.

use crate::Invariant;
use crate::nnrp::check::{Check, Cx, Report, events};
use crate::nnrp::model::Claim;
use crate::nnrp::packet::{Garbled, Packet};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;

/// The node sends what only the other side may send.
pub fn misplaced(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
    super::only_the_right_side_speaks::Rule::sent(cx, packet, out);
}

macro_rules! invariants {
    ($($module:ident),* $(,)?) => {
        /// Every invariant.
        pub const ALL: &[Invariant] = &[$(<super::$module::Rule as Check>::INVARIANT),*];
        /// The modules, in the order of `ALL`.
        #[cfg(test)]
        pub const MODULES: &[&str] = &[$(stringify!($module)),*];

        /// The node sends a well-formed packet.
        #[inline]
        pub fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
            let kind = 1 << packet.kind() as u8;
            $(if <super::$module::Rule as Check>::SENT & kind != 0 {
                <super::$module::Rule as Check>::sent(cx, packet, out);
            })*
        }

        /// The node sends or gets bytes that are no packet.
        pub fn garbled(cx: &Cx<'_>, garbled: &Garbled, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::garbled(cx, garbled, out);)*
        }

        /// The node reports an event.
        #[inline]
        pub fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
            let kind = events::of(event);
            $(if <super::$module::Rule as Check>::EVENTS & kind != 0 {
                <super::$module::Rule as Check>::event(cx, event, out);
            })*
        }

        /// The node has come to rest after a claim.
        pub fn claim(cx: &Cx<'_>, claim: &Claim, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::claim(cx, claim, out);)*
        }

        /// The node has come to rest after a step in which flow updates came.
        pub fn rest(cx: &Cx<'_>, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::rest(cx, out);)*
        }

        /// The node ends a connection with `pending` bytes of a packet unsent.
        pub fn shutdown(
            cx: &Cx<'_>,
            conn: ConnId,
            pending: usize,
            out: &mut Report<'_>,
        ) {
            $(<super::$module::Rule as Check>::shutdown(cx, conn, pending, out);)*
        }

        /// The run is over and everything owed is due.
        pub fn finish(cx: &Cx<'_>, out: &mut Report<'_>) {
            $(<super::$module::Rule as Check>::finish(cx, out);)*
        }
    };
}

invariants! {
    emitted_frames_are_well_formed,
    only_the_right_side_speaks,
    unused_fields_are_left_clear,
    hello_comes_before_everything_else,
    hello_answer_lies_inside_the_offer,
    nothing_is_installed_before_the_hello,
    client_is_active_only_after_a_good_answer,
    second_hello_is_refused,
    open_is_answered_once_and_in_order,
    granted_session_ids_are_unique_and_not_zero,
    ack_flags_stay_within_the_wish,
    priority_is_never_raised,
    refused_open_has_a_code,
    grant_is_consistent,
    resume_grant_has_token_and_window,
    resumed_only_with_a_fitting_token,
    token_belongs_to_one_session,
    closed_or_expired_session_is_not_resumed,
    resume_names_its_session,
    credit_is_never_overdrawn,
    hard_limit_is_never_exceeded,
    paused_scope_starts_nothing,
    hard_backpressure_starts_nothing,
    draining_scope_starts_nothing,
    only_background_starts_when_asked,
    server_takes_no_more_than_it_granted,
    stale_epoch_has_no_effect,
    newer_update_replaces_the_record,
    update_stays_in_its_scope,
    epochs_increase_per_scope,
    other_credit_fields_are_clear,
    blocked_only_for_a_reason,
    frame_ids_are_new,
    operation_ends_exactly_once,
    results_name_a_known_operation,
    budget_stays_within_the_wish,
    stale_reuse_names_its_source,
    keyframe_results_are_not_droppable,
    fire_and_forget_is_sent_once,
    application_gets_what_was_sent,
    application_sees_each_end_once,
    submit_makes_one_operation,
    malformed_submit_leaves_no_operation,
    ended_agrees_with_the_wire,
    opened_is_reported_as_granted,
    nothing_new_after_session_close,
    nothing_new_after_connection_close,
    nothing_is_sent_on_a_closed_connection,
    closed_id_is_not_used,
    session_messages_stay_where_the_session_is,
    one_path_takes_submits,
    close_is_answered_for_its_session,
    draining_is_not_cut_short,
    abort_gives_no_further_time,
    session_closes_only_for_a_reason,
    connection_ends_only_for_a_reason,
    ping_is_answered_by_one_pong,
    patch_answer_covers_the_request,
    cache_answer_names_its_put,
    probe_answer_repeats_its_id,
    migration_is_answered_with_its_cursor,
    answers_repeat_the_trace_id,
    error_is_never_answered_by_error,
    errors_keep_their_scope,
    resume_redelivers_what_is_owed,
    commanded_ends_are_sent,
    cancel_ends_the_operation,
    deadline_ends_the_wait,
    every_submit_is_taken_or_refused,
    malformed_packets_are_refused_visibly,
    connection_close_ends_everything,
    override_needs_the_grant,
    hints_wait_for_work,
    refusals_name_a_cause_that_holds,
    what_is_legal_is_not_refused,
    what_is_out_of_place_is_refused,
    sound_packets_are_not_called_malformed,
    refused_open_names_a_cause_that_holds,
    grant_keeps_to_what_was_agreed,
    patch_answer_reports_what_is_in_force,
    patch_needs_an_open_session,
    cache_stays_within_its_grant,
    cache_answer_tells_what_happened,
    references_resolve_or_are_refused,
    invalidation_removes_what_it_names,
    schema_identity_keeps_its_hash,
    credentials_stay_out_of_the_cache,
    answers_are_reported_as_given,
    arrived_results_are_handed_on,
    ended_sessions_leave_no_operation,
    ended_sessions_are_let_go,
    newer_update_is_applied,
    dead_sessions_take_no_updates,
    granted_credit_is_honoured,
    frames_expire_only_at_their_deadline,
    watermark_names_a_settled_operation,
    close_carries_a_code_only_for_an_error,
    result_times_fit_the_clock,
    payloads_stay_with_their_operation,
    limits_of_the_setup_are_kept,
    credentials_are_checked,
    probe_changes_nothing,
    cancel_of_nothing_is_harmless,
    every_hello_is_answered,
    endings_take_no_new_questions,
    loss_tolerance_is_agreed,
}
