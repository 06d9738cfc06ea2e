//! Texts are rendered from the document alone, in the order a reader needs.

use super::model::{Case, CaseKind, Failure, RunReport, Shrunk, Sut};
use super::{diagram, text};
use std::collections::BTreeMap;
use wireproof_base::{Level, Role, Verdict};

fn failure(verdict: Verdict, id: &str) -> (Case, Failure) {
    let failure = Failure {
        signature: "a_property_holds/node1/open".into(),
        verdict,
        requirement: "X-FLOW-020".into(),
        level: Level::Must,
        says: "Credit is a ceiling.".into(),
        clause: "X §11.1".into(),
        reading: Some("R-25".into()),
        culprit: "server".into(),
        expected: "at most 2 in flight".into(),
        observed: "3 in flight".into(),
        at: Some("5ms".into()),
        record: Some(7),
        seed: Some(42),
        faults: vec!["c0.up.3  delay 5ms".into(), "c0.down.1  stall 2ms".into()],
        shrunk: Some(Shrunk { before: 9, after: 2, executions: 31, minimal: true }),
        replay: "wireproof replay wp1-abc --driver reference --role server".into(),
        diagram: vec!["client      server".into()],
        place: Some("scenarios/x.yaml:3:5".into()),
        line: Some("  - expect: {}".into()),
        also: 4,
        hash: "00".into(),
    };
    let case = Case {
        id: id.into(),
        kind: CaseKind::Scenario,
        role: Some(Role::Server),
        title: String::new(),
        requirements: Vec::new(),
        verdict,
        executions: 1,
        reason: None,
        failures: vec![failure.clone()],
    };
    (case, failure)
}

#[test]
fn a_failure_is_a_recipe() {
    let (case, failure) = failure(Verdict::Fail, "flow.x");
    let text = text::failure(&case, &failure);
    let order = [
        "FAIL flow.x [server]  seed 42  level MUST",
        "X-FLOW-020 (X §11.1, reading R-25): Credit is a ceiling.",
        "expected    at most 2 in flight",
        "observed    3 in flight  (at 5ms, record 7)",
        "c0.up.3  delay 5ms",
        "9 -> 2 faults in 31 executions, 1-minimal",
        "client      server",
        "scenarios/x.yaml:3:5",
        "- expect: {}",
        "in 4 more executions",
        "reproduce   wireproof replay wp1-abc",
    ];
    let mut rest = text.as_str();
    for part in order {
        let at =
            rest.find(part).unwrap_or_else(|| panic!("{part} is missing or too early:\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn the_worst_comes_first_and_the_worst_verdict_wins() {
    let cases = [(Verdict::Divergence, "a"), (Verdict::Fail, "c"), (Verdict::Fail, "b")];
    let mut report = RunReport {
        format: String::new(),
        tool: String::new(),
        protocol: "toy".into(),
        sut: Sut::default(),
        verdict: Verdict::Pass,
        whole: false,
        certified: false,
        not_certified: vec!["failed: b, c".into()],
        totals: BTreeMap::new(),
        executions: 0,
        hash: "0".into(),
        markers: BTreeMap::new(),
        interrupted: false,
        campaign: None,
        cases: cases.map(|(verdict, id)| failure(verdict, id).0).to_vec(),
    };
    report.settle();
    assert_eq!(report.verdict, Verdict::Fail);
    assert_eq!((report.count(Verdict::Fail), report.executions), (2, 3));
    let ids: Vec<_> = text::failures_in_order(&report).iter().map(|(c, _)| c.id.clone()).collect();
    assert_eq!(ids, ["b", "c", "a"]);
    let summary = text::summary(&report);
    assert!(summary.contains("2 fail") && summary.contains("not certified"), "{summary}");
}

#[test]
fn the_document_survives_json() {
    let (case, _) = failure(Verdict::Fail, "flow.x");
    let json = serde_json::to_string(&case).expect("serialises");
    assert_eq!(serde_json::from_str::<Case>(&json).expect("deserialises"), case);
}

mod drawing {
    use super::diagram::{Mark, draw};
    use wireproof_base::{Carrier, ConnId, Crossing, Instant, NodeId, Protocol, StreamId, Trace};

    #[derive(Clone, Copy, Debug, Default)]
    struct Toy;

    impl Protocol for Toy {
        const NAME: &'static str = "toy";
        type Command = String;
        type Setup = String;
        type Event = String;
        fn event_name(_: &String) -> &'static str {
            "said"
        }
    }

    fn trace(packets: usize) -> Trace<Toy> {
        let mut trace = Trace::default();
        let (conn, stream) = (ConnId(0), StreamId::CONTROL);
        let carrier = Carrier::Stream;
        trace.push(Instant::ZERO, NodeId(0), &Crossing::Connected { conn, carrier });
        for index in 0..packets {
            let sent = Crossing::Sent { conn, stream, bytes: b"ab" };
            let at = Instant::from_nanos(1_000_000 * (index as u64 + 1));
            trace.push(at, NodeId((index % 2) as u8), &sent);
        }
        trace
    }

    fn lines(packets: usize, marks: &[Mark], guilty: Option<u32>) -> Vec<String> {
        draw(&trace(packets), marks, guilty, |p| format!("P{}", p.len()), |_| Some(1))
    }

    #[test]
    fn arrows_go_the_way_the_bytes_went() {
        let lines = lines(2, &[], Some(2));
        assert!(lines[1].contains("connection 0 (stream)"));
        assert!(lines[2].contains("|-- P1 ") && lines[2].contains(">|"), "{}", lines[2]);
        assert!(lines[4].contains("|<-") && lines[4].ends_with("<== here"), "{}", lines[4]);
        assert_eq!(lines.len(), 6, "one line per packet of each send");
    }

    #[test]
    fn faults_stand_where_they_struck_and_long_dialogues_are_cut() {
        let mark = Mark { at: Instant::from_nanos(1_500_000), text: "delay".into() };
        let short = lines(2, std::slice::from_ref(&mark), None);
        assert!(short[4].contains("~~ delay ~~"), "{short:#?}");
        let long = lines(200, &[mark], Some(150));
        assert!(long.len() < 50 && long[1].contains("earlier lines"), "{long:#?}");
        assert!(long.iter().any(|line| line.ends_with("<== here")));
    }
}
