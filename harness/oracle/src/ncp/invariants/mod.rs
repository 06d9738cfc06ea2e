//! One invariant per file, named as a sentence.

/// What every invariant needs.
mod prelude {
    pub(super) use crate::Invariant;
    pub(super) use crate::ncp::check::{
        Check, Cx, Report, events, kinds, name_of, taken_all_the_same, weighed_otherwise,
    };
    pub(super) use crate::ncp::http::{Body, Post};
    pub(super) use crate::ncp::model::*;
    pub(super) use crate::ncp::packet::{Fault, Packet};
    pub(super) use wireproof_base::{Citation, ConnId, Role};
    pub(super) use wireproof_wire::ncp::Event;
    pub(super) use wireproof_wire::ncp::frame::Frame;
    pub(super) use wireproof_wire::ncp::frame_type::FrameType;
}

mod align_stream_numbers_rise;
mod alignment_uses_align_stream;
mod anchors_come_from_the_node;
mod announcements_are_verified;
mod answers_are_reported_as_received;
mod arrived_chunks_are_handed_on;
mod bitset_waits_for_an_agreement;
mod bodies_carry_whole_frames;
mod bodies_have_their_type;
mod budgets_are_kept;
mod cached_schemas_are_used;
mod chunks_are_delivered_once_and_in_order;
mod chunks_are_numbered_without_gaps;
mod conflicting_schema_ends_the_connection;
mod credited_chunks_are_sent;
mod delegations_stay_in_bounds;
mod diffs_apply_to_their_base_alone;
mod emitted_frames_are_well_formed;
mod encoding_is_the_preferred_one;
mod encryption_waits_for_an_agreement;
mod error_code_ends_the_stream;
mod error_is_never_answered_by_error;
mod errors_name_a_cause_that_holds;
mod errors_name_their_subject;
mod errors_over_http_use_registered_codes;
mod errors_use_registered_codes;
mod every_stream_ends;
mod expired_schemas_are_not_used;
mod extended_header_waits_for_an_agreement;
mod faults_are_answered;
mod final_marks_the_last_chunk;
mod flow_control_starts_with_the_opener;
mod frame_names_its_type;
mod frames_reach_their_protocol;
mod frames_stay_within_the_agreed_limit;
mod frames_use_the_agreed_encoding;
mod free_slots_are_used;
mod handshake_happens_once;
mod headers_say_what_the_body_says;
mod hello_comes_first;
mod hello_is_answered_in_time;
mod hello_is_plain_and_readable;
mod hello_stays_out_of_http;
mod http_status_is_that_of_the_error;
mod identifier_is_the_digest;
mod inline_schema_belongs_to_its_answer;
mod list;
mod manifest_is_shown_whole;
mod nonces_are_used_once;
mod nothing_follows_the_end;
mod nothing_follows_the_last_chunk;
mod only_good_identities_are_taken;
mod only_verified_schemas_are_taken;
mod plaintext_is_noticed;
mod ready_is_reported_as_agreed;
mod records_fit_their_schema;
mod records_name_their_schema;
mod references_are_answered_as_they_stand;
mod refusal_ends_the_connection;
mod refusal_has_the_right_code;
mod replaced_references_are_answered_as_advised;
mod reply_has_its_form;
mod reply_lies_inside_the_offer;
mod reports_over_http_were_received;
mod requests_get_one_response_each;
mod requests_stay_in_scope;
mod reserved_bits_are_clear;
mod responses_bring_what_was_asked;
mod sealed_frames_open;
mod second_hello_is_refused;
mod silent_peers_are_given_up;
mod stream_ends_as_the_wire_says;
mod stream_is_reported_once;
mod stream_limit_is_kept;
mod streaming_query_gets_a_stream;
mod streams_above_the_limit_stay_out;
mod subscription_events_are_numbered;
mod texts_have_their_form;
mod unfit_hello_is_refused;
mod version_refusal_tells_both_versions;
mod window_is_never_overrun;
mod window_update_has_its_form;
mod windows_are_reported_as_received;
mod wrong_first_frame_ends_the_connection;

#[cfg(test)]
pub(super) use list::MODULES;
pub(super) use list::{
    ALL, claim, event, finish, garbled, mangled, nonce, posted, reported, sent, shutdown,
};
