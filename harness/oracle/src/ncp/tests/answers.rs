//! Answers that come late, or after the registry has changed again: what they rest on is how things
//! stood when they were decided.

use super::frames::*;
use super::story::{C, S, Story};
use alloc::vec;
use alloc::vec::Vec;
use wireproof_base::{Crossing, StreamId};
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::command::{Answer, Fetched};

const FULL: &str = "NCP-STREAM-LIMIT-EXCEEDED";

fn streaming() -> Msg {
    query().with("stream", v(true))
}

#[test]
fn op14_a_refusal_for_want_of_a_slot_may_have_waited_for_its_turn() {
    let mut story = Story::new();
    story.narrow(1).say(S, open(S1)).opened(C, S1).gets(S, &query()).gets(S, &streaming());
    // By the time of the answer the slot is free again.
    story.say(S, last(S1, 1)).chunk_event(C, S1, 0).chunk_event(C, S1, 1);
    story.ended(C, S1, wireproof_wire::ncp::event::StreamEnd::Complete);
    story.sends(S, &caps()).sends(S, &error(FULL));
    assert_eq!(story.found(), Vec::<&str>::new());
}

#[test]
fn op14_a_slot_may_be_taken_before_the_stream_of_a_query_opens() {
    let mut story = Story::new();
    story.narrow(1).gets(S, &query()).gets(S, &streaming()).gets(S, &open(S1)).opened(S, S1);
    story.gets(S, &last(S1, 1)).sends(S, &caps()).sends(S, &error(FULL));
    assert_eq!(story.found(), Vec::<&str>::new());
}

#[test]
fn op14_a_query_that_always_had_a_slot_is_not_refused_for_want_of_one() {
    let mut story = Story::new();
    story.narrow(2).say(S, open(S1)).opened(C, S1).gets(S, &streaming()).sends(S, &error(FULL));
    assert!(story.found().contains(&"errors_name_a_cause_that_holds"));
}

#[test]
fn nothing_is_said_of_a_reference_whose_successor_was_dropped() {
    for answer in [stale(), records(A1, vec![product(1)])] {
        let mut story = Story::new();
        let a2 = super::story::id_of(&schema2());
        story.session().publish(&schema2(), A1).withdraw(&a2).gets(S, &query());
        story.sends(S, &answer);
        assert_eq!(story.found(), Vec::<&str>::new());
    }
}

#[test]
fn op14_a_refusal_that_names_nobody_may_be_for_either_of_two_requests() {
    let named = streaming().with("request_id", v(S2));
    for (asks, refusal, legal) in [
        (streaming(), error(FULL), true),
        (named.clone(), error_on(FULL, "request_id", S2), true),
        (named, error_on(FULL, "request_id", S1), false),
        (query(), error(FULL), false),
    ] {
        let mut story = Story::new();
        story.narrow(1).publish(&schema2(), A1).gets(S, &asks).gets(S, &query());
        story.gets(S, &open(S1)).opened(S, S1).sends(S, &stale()).sends(S, &refusal);
        assert_eq!(story.found().is_empty(), legal);
        // The slot is taken after the refusal.
        let mut story = Story::new();
        story.narrow(1).publish(&schema2(), A1).gets(S, &asks).gets(S, &query());
        story.sends(S, &stale()).gets(S, &open(S1)).opened(S, S1).sends(S, &refusal);
        assert_eq!(story.found().is_empty(), legal);
    }
}

#[test]
fn op28_what_is_said_of_a_reference_may_have_been_decided_before_the_registry_changed() {
    let strict = query().with("auto_anchor", v(false));
    for (again, legal) in [(false, true), (true, false)] {
        let mut story = Story::new();
        story.session().publish(&schema2(), A1).gets(S, &strict).withdraw(A1);
        story.sends(S, &stale()).gets(S, &strict).sends(S, &missing());
        if again {
            story.gets(S, &strict).sends(S, &stale());
        }
        let found = story.found();
        assert_eq!(found.is_empty(), legal, "{found:?}");
    }
}

fn missing() -> Msg {
    error_on("NCP-ANCHOR-NOT-FOUND", "anchor_ref", A1)
}

fn stale() -> Msg {
    error_on("NCP-ANCHOR-STALE", "anchor_ref", A1)
}

#[test]
fn op28_an_error_about_a_stream_answers_no_query() {
    let mut story = Story::new();
    // The query is still waiting when its answer comes, which brings along what it names.
    story.session().gets(S, &query()).gets(S, &open(S1)).opened(S, S1);
    story.sends(S, &error_on("NPS-SERVER-UNAVAILABLE", "stream_id", S1));
    story.sends(S, &caps().with("inline_anchor", v(pushed())));
    assert!(story.found().contains(&"inline_schema_belongs_to_its_answer"));
}

#[test]
fn op55_a_reply_may_be_refused_by_its_header() {
    let sealed = reply().byte(1, 0x0C).bytes();
    let mut story = Story::new();
    story.say(C, hello()).raw(S, true, &sealed).raw(C, false, &sealed[..4]);
    story.sends(C, &error("NCP-ENC-NOT-NEGOTIATED")).shutdown(C);
    let early = story.found().contains(&"hello_comes_first");
    assert!(!early, "the fault has come");
}

#[test]
fn op18_a_frame_of_another_encoding_that_cannot_be_read_may_be_refused_for_either() {
    // A session in JSON; a frame in MessagePack whose first byte no value begins with.
    let frame = query().byte(4, 0xC1);
    let json = agreement().with("negotiated_encoding", v("json"));
    for (code, legal) in [
        ("NCP-ENCODING-UNSUPPORTED", true),
        ("NPS-CLIENT-BAD-FRAME", true),
        ("NCP-STREAM-NOT-FOUND", false),
    ] {
        let mut story = Story::new();
        story.say(C, hello().with("supported_encodings", v(["json"].as_slice())));
        story.say(S, reply_of(json.clone()));
        story.gets(S, &frame).sends(S, &error(code).json());
        let found = story.found();
        assert_eq!(found.is_empty(), legal, "{code}: {found:?}");
    }
}

#[test]
fn op28_a_refusal_may_wait_for_a_request_before_it() {
    let strange = query().with("anchor_ref", v(A2));
    for (first, legal) in [(query(), true), (strange.clone(), false)] {
        let mut story = Story::new();
        story.session().gets(S, &first).gets(S, &strange);
        let found = story.found();
        assert_eq!(!found.contains(&"faults_are_answered"), legal, "{found:?}");
    }
}

#[test]
fn the_end_of_a_subscription_nobody_has_may_be_refused_for_that() {
    const MISSING: &str = "NWP-SUBSCRIBE-STREAM-NOT-FOUND";
    for (action, legal) in [("unsubscribe", true), ("subscribe", false)] {
        let mut story = Story::new();
        let ends = subscribe(S1).with("anchor_ref", v(A2)).with("action", v(action));
        story.session().gets(S, &ends).sends(S, &error_on(MISSING, "stream_id", S1));
        let found = story.found();
        assert_eq!(found.is_empty(), legal, "{action}: {found:?}");
    }
}

#[test]
fn a_refusal_that_names_the_reference_of_one_request_is_not_about_another() {
    let strange = query().with("anchor_ref", v(A2));
    for (named, legal) in [(A1, true), (S1, false)] {
        let mut story = Story::new();
        story.session().gets(S, &query()).withdraw(A1).gets(S, &strange);
        story.sends(S, &error_on("NCP-ANCHOR-NOT-FOUND", "anchor_ref", named));
        story.sends(S, &error_on("NCP-ANCHOR-NOT-FOUND", "anchor_ref", A2));
        let found = story.found();
        assert_eq!(found.is_empty(), legal, "{named}: {found:?}");
    }
}

#[test]
fn a_successor_of_what_nobody_published_may_be_published_or_not() {
    let a2 = super::story::id_of(&schema2());
    let strange = query().with("anchor_ref", v(a2.as_str()));
    let missing = error_on("NCP-ANCHOR-NOT-FOUND", "anchor_ref", &a2);
    for answer in [missing, records(&a2, Vec::new())] {
        let mut story = Story::new();
        story.session().publish(&schema2(), UNKNOWN).gets(S, &strange).sends(S, &answer);
        assert_eq!(story.found(), Vec::<&str>::new());
    }
}

#[test]
fn anchor019_an_answer_may_wait_for_an_older_request_of_the_same_schema() {
    for (older, legal) in [(true, true), (false, false)] {
        let mut story = Story::new();
        story.hello();
        if older {
            story.publish(&schema(), "").gets(S, &query()).withdraw(A1);
        }
        story.gets(S, &query());
        assert_eq!(!story.found().contains(&"faults_are_answered"), legal, "older: {older}");
    }
}

#[test]
fn a_schema_that_is_to_replace_itself_may_be_published_or_not() {
    for answer in [not_found(A1), caps()] {
        let mut story = Story::new();
        story.hello().publish(&schema(), A1).gets(S, &query()).sends(S, &answer);
        assert_eq!(story.found(), Vec::<&str>::new());
    }
}

#[test]
fn n04_whoever_follows_what_may_have_been_refused_may_have_been_refused_as_well() {
    let a2 = super::story::id_of(&schema2());
    for answer in [not_found(A1), caps()] {
        let mut story = Story::new();
        // Nobody published the first predecessor.
        story.hello().publish(&schema2(), S1).publish(&schema(), &a2);
        story.gets(S, &query()).sends(S, &answer);
        assert_eq!(story.found(), Vec::<&str>::new());
    }
}

#[test]
fn anchor034_a_schema_that_the_application_wants_sent_along_is_not_needless() {
    for (inline, legal) in [(Some(true), true), (None, false)] {
        let mut story = Story::new();
        story.session().gets(S, &query());
        story.command(S, Command::Answer(Answer { inline, ..Answer::default() }));
        story.sends(S, &caps().with("inline_anchor", v(pushed())));
        assert_eq!(story.found().is_empty(), legal, "{inline:?}");
    }
}

#[test]
fn op28_a_refusal_that_names_a_stream_is_not_about_the_query_of_that_name() {
    const MISSING: &str = "NWP-SUBSCRIBE-STREAM-NOT-FOUND";
    let ends = subscribe(S1).with("action", v("unsubscribe"));
    for (waits, legal) in [(true, true), (false, false)] {
        let mut story = Story::new();
        story.session();
        if waits {
            story.gets(S, &query().with("request_id", v(S1)));
        }
        // The answer to what is unknown waits for that to the query.
        story.gets(S, &query().with("anchor_ref", v(A2))).gets(S, &ends);
        story.sends(S, &error_on(MISSING, "stream_id", S1));
        let owed = story.found().contains(&"faults_are_answered");
        assert_eq!(!owed, legal, "waits: {waits}");
    }
}

#[test]
fn a_schema_that_is_fetched_before_the_handshake_may_be_forgotten() {
    let diff = diff(0).with("anchor_ref", v(A1));
    for (late, legal) in [(false, true), (true, false)] {
        let mut story = Story::new();
        let fetched = Fetched { schema: schema(), ttl: 60, ..Fetched::default() };
        if late {
            story.hello().command(C, Command::Fetched(fetched));
        } else {
            story.command(C, Command::Fetched(fetched)).hello();
        }
        story.gets(C, &diff).sends(C, &not_found(A1));
        assert_eq!(story.found().is_empty(), legal, "late: {late}");
    }
}

#[test]
fn a_refused_handshake_is_over_unless_the_refusal_may_be_refused() {
    for (refusal, legal) in
        [(error("NPS-CLIENT-BAD-FRAME").ext(), true), (error("NPS-CLIENT-BAD-FRAME"), false)]
    {
        let mut story = Story::new();
        story.sends(C, &hello()).gets(C, &refusal.json());
        story.sends(C, &error("NCP-FRAME-FLAGS-INVALID").json());
        assert_eq!(!story.found().contains(&"nothing_follows_the_end"), legal);
    }
}

#[test]
fn op20_a_node_may_forget_the_schema_of_an_agent() {
    let missing = |stream| {
        let details = obj(&[("stream_id", v(stream)), ("anchor_ref", v(A1))]);
        error("NCP-ANCHOR-NOT-FOUND").with("details", details)
    };
    for (who, legal) in [(S, true), (C, false)] {
        let mut story = Story::new();
        story.hello().gets(who, &anchor_of(A1, schema()));
        // One of the refusals might be meant for the schema itself.
        for stream in [S1, S2] {
            story.gets(who, &open(stream)).sends(who, &missing(stream));
        }
        assert_eq!(story.found().is_empty(), legal, "{who:?}");
    }
}

#[test]
fn a_stream_may_overtake_the_hello() {
    // One that can be read and one that cannot.
    for bytes in [open(S1).bytes(), open(S1).byte(4, 0xC1).bytes()] {
        for (stream, legal) in [(StreamId(4), true), (StreamId::CONTROL, false)] {
            let mut story = Story::new();
            let conn = story.conn();
            story.record(S, Crossing::Received { conn, stream, bytes: &bytes });
            story.gets(S, &hello()).sends(S, &reply());
            assert_eq!(!story.found().contains(&"hello_comes_first"), legal, "{stream:?}");
        }
    }
}

#[test]
fn a_stream_of_another_schema_need_not_answer_the_query_that_waits() {
    for (anchor, legal) in [(A1, true), (A2, false)] {
        let mut story = Story::new();
        story.session().gets(S, &streaming().with("anchor_ref", v(A2)));
        story.sends(S, &open(S1).with("anchor_ref", v(anchor)));
        let answers = story.found().contains(&"references_are_answered_as_they_stand");
        assert_eq!(!answers, legal, "{anchor}");
    }
}
