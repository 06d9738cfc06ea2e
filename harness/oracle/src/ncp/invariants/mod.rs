//! One invariant per file, named as a sentence.

/// What every invariant needs.
mod prelude {
    pub(super) use crate::Invariant;
    pub(super) use crate::ncp::check::{Check, Cx, Report, events, kinds, name_of};
    pub(super) use crate::ncp::model::*;
    pub(super) use crate::ncp::packet::{Fault, Packet};
    pub(super) use wireproof_base::{Citation, ConnId, Role};
    pub(super) use wireproof_wire::ncp::Event;
    pub(super) use wireproof_wire::ncp::frame::Frame;
    pub(super) use wireproof_wire::ncp::frame_type::FrameType;
}

mod arrived_chunks_are_handed_on;
mod chunks_are_delivered_once_and_in_order;
mod chunks_are_numbered_without_gaps;
mod credited_chunks_are_sent;
mod emitted_frames_are_well_formed;
mod encoding_is_the_preferred_one;
mod encryption_waits_for_an_agreement;
mod error_code_ends_the_stream;
mod every_stream_ends;
mod extended_header_waits_for_an_agreement;
mod final_marks_the_last_chunk;
mod flow_control_starts_with_the_opener;
mod frame_names_its_type;
mod frames_stay_within_the_agreed_limit;
mod frames_use_the_agreed_encoding;
mod free_slots_are_used;
mod handshake_happens_once;
mod hello_comes_first;
mod hello_is_answered_in_time;
mod hello_is_plain_and_readable;
mod list;
mod nonces_are_used_once;
mod nothing_follows_the_end;
mod nothing_follows_the_last_chunk;
mod ready_is_reported_as_agreed;
mod records_fit_their_schema;
mod records_name_their_schema;
mod refusal_ends_the_connection;
mod refusal_has_the_right_code;
mod reply_has_its_form;
mod reply_lies_inside_the_offer;
mod reserved_bits_are_clear;
mod sealed_frames_open;
mod second_hello_is_refused;
mod silent_peers_are_given_up;
mod stream_ends_as_the_wire_says;
mod stream_is_reported_once;
mod stream_limit_is_kept;
mod streams_above_the_limit_stay_out;
mod texts_have_their_form;
mod unfit_hello_is_refused;
mod version_refusal_tells_both_versions;
mod window_is_never_overrun;
mod window_update_has_its_form;
mod windows_are_reported_as_received;
mod wrong_first_frame_ends_the_connection;

#[cfg(test)]
pub(super) use list::MODULES;
pub(super) use list::{ALL, claim, event, finish, garbled, nonce, sent, shutdown};
