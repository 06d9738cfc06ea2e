//! Streams that were refused, have ended or may never have been, and what goes by their names.

use super::frames::*;
use super::story::{C, S, Story};
use alloc::vec;
use wireproof_wire::ncp::event::StreamEnd;
use wireproof_wire::ncp::{Event, digest};

#[test]
fn op24_a_frame_against_an_ended_stream_may_be_refused() {
    for (code, legal) in [
        ("NPS-CLIENT-BAD-FRAME", true),
        ("NPS-CLIENT-CONFLICT", true),
        ("NCP-STREAM-NOT-FOUND", true),
        ("NCP-STREAM-LIMIT-EXCEEDED", false),
    ] {
        let mut story = Story::new();
        story.session().open(S1).last(S1, 1).gets(S, &chunk(S1, 3));
        story.sends(S, &error_on(code, "stream_id", S1));
        assert_eq!(story.found().is_empty(), legal, "{code}");
    }
}

#[test]
fn v04_the_name_of_a_stream_that_was_never_taken_is_free_to_its_receiver() {
    let unknown =
        not_found(A1).with("details", obj(&[("stream_id", v(S1)), ("anchor_ref", v(A1))]));
    for (taken, legal) in [(false, true), (true, false)] {
        let mut story = Story::new();
        // The Agent has no schema, so it may turn the stream away.
        story.hello().publish(&schema(), "").say(S, open(S1));
        if taken {
            story.opened(C, S1);
        }
        story.say(C, unknown.clone()).sends(C, &open(S1));
        let reused = story.found().contains(&"nothing_follows_the_last_chunk");
        assert_eq!(!reused, legal, "taken: {taken}");
    }
}

#[test]
fn a_stream_that_may_have_been_refused_may_be_opened_again_by_its_sender() {
    let other = frame(S1, 0, vec![product(7)], false);
    // An extended header that was not agreed on may be refused, a plain one may not.
    for (first, legal) in [(open(S1).ext(), true), (open(S1), false)] {
        let mut story = Story::new();
        story.session().gets(C, &first).gets(C, &other).opened(C, S1);
        let (conn, stream_id) = (story.conn(), S1.into());
        let digest = digest::records(&[product(7)]);
        story.event(C, Event::Chunk { conn, stream_id, seq: 0, count: 1, digest });
        assert_eq!(story.found().is_empty(), legal);
    }
}

#[test]
fn a_refused_subscription_leaves_the_stream_of_its_name_alone() {
    let late = error_on("NWP-SUBSCRIBE-SEQ-TOO-OLD", "stream_id", S1);
    for (subscribes, legal) in [(true, true), (false, false)] {
        let mut story = Story::new();
        story.session().say(C, open(S1)).opened(S, S1);
        // Another one, to show that ends are reported.
        story.say(C, open(S2)).opened(S, S2).say(C, last(S2, 1));
        story.ended(S, S2, StreamEnd::Complete);
        if subscribes {
            story.gets(S, &subscribe(S1).with("resume_from_seq", v(3u64)));
        }
        story.sends(S, &late);
        assert_eq!(!story.found().contains(&"every_stream_ends"), legal);
    }
}

#[test]
fn a_stream_of_the_name_of_a_subscription_may_be_refused_itself() {
    let missing = error_on("NCP-STREAM-NOT-FOUND", "stream_id", S1);
    for (refused, legal) in [(true, true), (false, false)] {
        let mut story = Story::new();
        let ping = subscribe(S1).with("action", v("ping"));
        let details = obj(&[("stream_id", v(S1)), ("anchor_ref", v(A2))]);
        story.session().gets(S, &ping);
        if refused {
            story.gets(S, &open(S1).with("anchor_ref", v(A2)));
            story.sends(S, &error("NCP-ANCHOR-NOT-FOUND").with("details", details)).tick(S);
        } else {
            story.gets(S, &open(S1));
        }
        story.gets(S, &chunk(S1, 1)).sends(S, &missing);
        assert_eq!(story.found().is_empty(), legal);
    }
}

#[test]
fn a_stream_may_be_aborted_after_a_refusal_that_may_be_refused_itself() {
    let refusal = error_on("NPS-SERVER-UNAVAILABLE", "stream_id", S1);
    for (refusal, legal) in [(refusal.clone().ext(), true), (refusal, false)] {
        let mut story = Story::new();
        story.session().sends(S, &open(S1)).gets(S, &refusal).sends(S, &abort(S1, 1));
        story.ended(S, S1, StreamEnd::Aborted).tick(S);
        assert_eq!(story.found().is_empty(), legal);
    }
}

#[test]
fn a_chunk_of_a_stream_that_may_be_none_need_not_be_refused_for_its_window() {
    // The server had a stream of that name, which was turned away.
    let away = error_on("NCP-STREAM-LIMIT-EXCEEDED", "stream_id", S1);
    let narrow = open(S1).with("window_size", v(0u64));
    for (used, legal) in [(true, true), (false, false)] {
        let mut story = Story::new();
        story.session();
        if used {
            story.sends(S, &open(S1)).gets(S, &away);
        }
        story.gets(S, &narrow).sends(S, &error_on("NPS-CLIENT-BAD-FRAME", "stream_id", S1));
        story.tick(S).gets(S, &chunk(S1, 1));
        story.sends(S, &error_on("NPS-CLIENT-BAD-FRAME", "stream_id", S1));
        assert_eq!(story.found().is_empty(), legal);
    }
}
