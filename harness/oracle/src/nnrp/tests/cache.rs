//! What is kept for the peer, and for how long; what patches leave in force.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_wire::nnrp::Event;

fn removed(s: &mut Story, session: u32, objects: u32) {
    s.event(S, Event::Invalidated { session, objects });
}

/// An object of session 7 under key 9 with a lease of 20 ms.
pub(super) fn leased(s: &mut Story) -> &mut Story {
    s.session(7).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20))
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "cache_stays_within_its_grant",
        id: "CACHE-007",
        reading: None,
        trip: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_cache_bytes", 2)).open(7);
            s.say(C, put(7)).say(S, put_ack(7));
        },
        legal: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_cache_bytes", 3)).open(7);
            s.say(C, put(7)).say(S, put_ack(7));
        },
    },
    Case {
        name: "cache_stays_within_its_grant",
        id: "CACHE-008",
        reading: Some("R-33"),
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7)).say(C, put(0)).say(S, put_ack(0));
            s.say(C, put(0).with("cache_key_lo", 8)).say(S, put_ack(0).with("cache_key_lo", 8));
        },
        legal: |s| {
            // What has run out takes no room.
            leased(s).say(C, put(0)).say(S, put_ack(0)).wait(20);
            s.say(C, put(0).with("cache_key_lo", 8)).say(S, put_ack(0).with("cache_key_lo", 8));
        },
    },
    Case {
        name: "cache_answer_tells_what_happened",
        id: "CACHE-005",
        reading: Some("R-33"),
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("status", 2));
        },
        legal: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7));
            s.say(C, put_other(7)).say(S, put_ack(7).with("status", 2));
        },
    },
    Case {
        name: "cache_answer_tells_what_happened",
        id: "CACHE-008",
        reading: Some("R-33"),
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("status", 1));
        },
        legal: |s| {
            s.session(7).say(C, put(7));
            s.say(S, put_ack(7).with("status", 1).with("detail_code", 7));
        },
    },
    Case {
        name: "references_resolve_or_are_refused",
        id: "SUB-012",
        reading: None,
        trip: |s| {
            s.session(7).submit_as(refers(7, 1, 9), 7, 1);
        },
        legal: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7)).submit_as(refers(7, 1, 9), 7, 1);
        },
    },
    Case {
        name: "references_resolve_or_are_refused",
        id: "CACHE-014",
        reading: None,
        trip: |s| {
            leased(s).submit_as(refers(7, 1, 8), 7, 1);
        },
        legal: |s| {
            s.session(7).say(C, put(0)).say(S, put_ack(0)).submit_as(refers(7, 1, 9), 7, 1);
        },
    },
    Case {
        name: "references_resolve_or_are_refused",
        id: "CACHE-015",
        reading: None,
        trip: |s| {
            leased(s).wait(21).submit_as(refers(7, 1, 9), 7, 1);
        },
        legal: |s| {
            // Putting the same bytes again renews the lease.
            leased(s).wait(10).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20));
            s.wait(19).submit_as(refers(7, 1, 9), 7, 1);
        },
    },
    Case {
        name: "references_resolve_or_are_refused",
        id: "CACHE-015",
        reading: Some("R-32"),
        trip: |s| {
            leased(s).wait(20).submit_as(refers(7, 1, 9), 7, 1);
        },
        legal: |s| {
            leased(s).wait(19).submit_as(refers(7, 1, 9), 7, 1);
        },
    },
    Case {
        name: "references_resolve_or_are_refused",
        id: "CACHE-006",
        reading: None,
        trip: |s| {
            leased(s).say(C, invalidate(7, 3)).submit_as(refers(7, 1, 9), 7, 1);
        },
        legal: |s| {
            leased(s).say(C, invalidate(7, 3).with("cache_key_lo", 8));
            s.say(C, invalidate(0, 0)).submit_as(refers(7, 1, 9), 7, 1);
        },
    },
    Case {
        name: "references_resolve_or_are_refused",
        id: "CON-002",
        reading: None,
        trip: |s| {
            leased(s).open(8).submit_as(refers(8, 1, 9), 8, 1);
        },
        legal: |s| {
            leased(s).open(8).say(C, refers(8, 1, 9)).say(S, error(0x0003_0001, 8, 1));
        },
    },
    Case {
        name: "invalidation_removes_what_it_names",
        id: "CACHE-006",
        reading: Some("R-33"),
        trip: |s| {
            leased(s).say(C, put(0)).say(S, put_ack(0)).gets(S, &invalidate(7, 0));
            removed(s, 7, 2);
        },
        legal: |s| {
            leased(s).say(C, put(0)).say(S, put_ack(0)).gets(S, &invalidate(7, 0));
            removed(s, 7, 1);
        },
    },
    Case {
        name: "schema_identity_keeps_its_hash",
        id: "SCH-005",
        reading: Some("R-29"),
        trip: |s| {
            s.session(7).say(C, put_schema(7, 9, 1)).say(S, put_ack(7));
            s.say(C, put_schema(7, 8, 2)).say(S, put_ack(7).with("cache_key_lo", 8));
        },
        legal: |s| {
            s.session(7).say(C, put_schema(7, 9, 1)).say(S, put_ack(7));
            s.say(C, put_schema(7, 8, 1)).say(S, put_ack(7).with("cache_key_lo", 8));
        },
    },
    Case {
        name: "schema_identity_keeps_its_hash",
        id: "SCH-022",
        reading: Some("R-31"),
        trip: |s| {
            s.session(7).say(C, put_schema(7, 9, 1)).say(S, put_ack(7)).say(C, invalidate(7, 3));
            s.say(C, put_schema(7, 9, 2)).say(S, put_ack(7));
        },
        legal: |s| {
            s.session(7).say(C, put_schema(7, 9, 1)).say(S, put_ack(7)).say(C, invalidate(7, 3));
            s.say(C, put_schema(7, 9, 1)).say(S, put_ack(7));
        },
    },
    Case {
        name: "credentials_stay_out_of_the_cache",
        id: "CACHE-024",
        reading: None,
        trip: |s| {
            let hello = longer(hello().with("auth_bytes", 3), b"cam");
            s.say(C, hello).say(S, hello_ack()).open(7).say(C, put(7)).say(S, put_ack(7));
        },
        legal: |s| {
            let hello = longer(hello().with("auth_bytes", 3), b"sun");
            s.say(C, hello).say(S, hello_ack()).open(7).say(C, put(7)).say(S, put_ack(7));
        },
    },
    Case {
        name: "endings_take_no_new_questions",
        id: "SES-028",
        reading: Some("R-36"),
        trip: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.sends(C, &put(7));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.say(C, invalidate(7, 0)).say(C, put(0)).say(S, put_ack(0));
        },
    },
    Case {
        name: "endings_take_no_new_questions",
        id: "SES-028",
        reading: Some("R-33"),
        trip: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.gets(S, &put(7)).sends(S, &put_ack(7));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.gets(S, &put(7)).sends(S, &error(3, 7, 0));
        },
    },
    Case {
        name: "endings_take_no_new_questions",
        id: "CON-004",
        reading: Some("R-12"),
        trip: |s| {
            s.session(7).submit(7, 1).say(C, shut()).sends(C, &put(7)).shutdown(C);
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, put(7)).say(S, put_ack(7)).say(C, shut()).shutdown(C);
        },
    },
    Case {
        name: "patch_answer_reports_what_is_in_force",
        id: "PAT-006",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7).with("effective_quality_tier", 2));
        },
        legal: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7).with("effective_lane_mask", 9));
        },
    },
    Case {
        name: "patch_answer_reports_what_is_in_force",
        id: "PAT-006",
        reading: None,
        trip: |s| {
            // What was turned down has the value it had.
            let ack = patch_ack(7).with("applied_patch_mask", 1).with("rejected_patch_mask", 2);
            s.session(7)
                .say(C, patch(7))
                .say(S, patch_ack(7))
                .say(C, patch(7).with("quality_tier", 5));
            s.say(S, ack.with("status", 1).with("reason", 4).with("effective_quality_tier", 5));
        },
        legal: |s| {
            let ack = patch_ack(7).with("applied_patch_mask", 1).with("rejected_patch_mask", 2);
            s.session(7)
                .say(C, patch(7))
                .say(S, patch_ack(7))
                .say(C, patch(7).with("quality_tier", 5));
            s.say(S, ack.with("status", 1).with("reason", 4));
        },
    },
    Case {
        name: "patch_answer_reports_what_is_in_force",
        id: "PAT-003",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7));
            s.say(C, patch(7)).say(S, patch_ack(7).with("effective_lane_mask", 9));
        },
        legal: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7).with("effective_lane_mask", 9));
            s.say(C, patch(7)).say(S, patch_ack(7).with("effective_lane_mask", 9));
        },
    },
    Case {
        name: "patch_answer_reports_what_is_in_force",
        id: "PAT-007",
        reading: None,
        trip: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7).with("effective_profile_id", 0));
        },
        legal: |s| {
            s.session(7).say(C, patch(7).with("profile_id", 2)).say(S, patch_ack(7));
        },
    },
    Case {
        name: "patch_needs_an_open_session",
        id: "PAT-010",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.gets(S, &patch(7)).sends(S, &patch_ack(7));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, patch(7)).say(S, patch_ack(7));
            s.say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
        },
    },
    Case {
        name: "patch_needs_an_open_session",
        id: "PAT-010",
        reading: Some("R-13"),
        trip: |s| {
            let ack = patch_ack(7).with("applied_patch_mask", 0).with("rejected_patch_mask", 3);
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.gets(S, &patch(7)).sends(S, &ack.with("status", 2).with("reason", 5));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.gets(S, &patch(7)).sends(S, &error(3, 7, 0));
        },
    },
];
