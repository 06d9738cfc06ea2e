use super::defect::Defect;
use super::interposer::Mutant;
use super::list::{all, open};
use crate::ncp::Reference;
use crate::ncp::workload::tests::world::{Played, play, play_with};
use crate::{DefectLevel, Driver, tests};
use serde_json::json;
use wireproof_base::Role;
use wireproof_wire::ncp::Ncp;
use wireproof_wire::ncp::command::Setup;

#[test]
fn mutants_have_names_of_their_own_and_sit_somewhere() {
    tests::mutants_are_told_apart::<Ncp>();
    for defect in all() {
        assert!(defect.sits(), "{}", defect.info.name);
    }
}

#[test]
fn mutants_break_requirements_that_exist() {
    tests::mutants_break_requirements_that_exist::<Ncp>("ncp");
}

#[test]
fn every_mutant_opens_under_its_name() {
    tests::every_mutant_opens_under_its_name::<Ncp>();
}

/// No change at all, at every place where one can sit.
static FLAWLESS: [Defect; 3] = [
    Defect::agent(DefectLevel::Codec, "flawless", &[], "")
        .setup(|_| {})
        .asked(|_, _| {})
        .incoming(|_, _| {})
        .outgoing(|_, _| {})
        .told(|_, _| {})
        .ends(|_, _| true)
        .wake(|wanted| wanted)
        .decode(|seen| seen.truth())
        .encode(|seen| seen.truth())
        .machine(|machine, event| machine.truth(event))
        .state(|_, _, _| {}),
    Defect::node(DefectLevel::Codec, "flawless", &[], "").reads(|_| {}).outgoing(|edit, _| {
        edit.change(|_| {});
        edit.head(|_| {});
    }),
    Defect::node(DefectLevel::Codec, "flawless", &[], "").incoming(|edit, _| {
        edit.change(|_| {});
        edit.payload(|_| {});
    }),
];

fn with(mutant: Box<dyn Driver<Ncp>>, role: Role, seed: u64, setup: &Setup) -> Played {
    let other: Box<dyn Driver<Ncp>> = Box::new(Reference::new());
    let nodes = match role {
        Role::Client => [mutant, other],
        Role::Server => [other, mutant],
    };
    play_with(nodes, json!({}), seed, setup, 900)
}

#[test]
fn an_interposer_without_a_defect_cannot_be_told_from_the_reference() {
    let sealed = Setup {
        algorithms: vec!["chacha20-poly1305".to_owned()],
        key: crate::ncp::defaults::TEST_KEY.to_owned(),
        ..Setup::default()
    };
    for setup in [Setup::default(), sealed] {
        for seed in 0..4 {
            let plain = play(json!({}), seed, &setup, 900);
            assert!(plain.sent.len() > 20, "{}", plain.sent.len());
            for defect in &FLAWLESS {
                let flawless = with(Box::new(Mutant::new(defect)), defect.info.role, seed, &setup);
                assert_eq!(flawless.events, plain.events, "seed {seed}");
                assert_eq!(flawless.sent, plain.sent, "seed {seed}");
            }
        }
    }
}

#[test]
fn an_edit_reaches_members_headers_and_sealed_payloads() {
    static MARKED: Defect =
        Defect::node(DefectLevel::Codec, "marked", &[], "").outgoing(|edit, _| {
            if edit.is_reply() {
                edit.set("data.0.nps_version", json!("9.9"));
                edit.set("data.0.extra", json!([1]));
                edit.remove("data.0.extra");
                edit.head(|header| header.flags |= 0x10);
            }
        });
    let setup = Setup::default();
    let marked = with(Box::new(Mutant::new(&MARKED)), Role::Server, 0, &setup);
    let plain = play(json!({}), 0, &setup, 900);
    let (found, before) = marked.sent.iter().zip(&plain.sent).find(|(a, b)| a != b).expect("one");
    let text = |frame: &[u8]| String::from_utf8_lossy(&frame[4..]).into_owned();
    assert_eq!(found.3[1], before.3[1] | 0x10);
    assert!(text(&before.3).contains(r#""nps_version":"0.4""#), "{}", text(&before.3));
    assert_eq!(
        text(&found.3),
        text(&before.3).replacen(r#""nps_version":"0.4""#, r#""nps_version":"9.9""#, 1)
    );
}

#[test]
fn every_defect_of_the_codec_alone_shows_in_some_vector() {
    let vectors = tests::vectors("ncp");
    let plain = tests::story(&mut crate::ncp::Codec, &vectors).expect("answers");
    let mut flawless = Mutant::new(&FLAWLESS[0]);
    let codec = flawless.vectors().expect("depth `vectors`");
    assert_eq!(tests::story(codec, &vectors).expect("answers"), plain);
    let mut hidden = Vec::new();
    for defect in all().filter(|defect| defect.decode.is_some() || defect.encode.is_some()) {
        let mut sut = open(defect.info.name).expect("a mutant");
        let codec = sut.vectors().expect("depth `vectors`");
        if tests::story(codec, &vectors).expect("answers") == plain {
            hidden.push(defect.info.name);
        }
    }
    assert!(hidden.is_empty(), "{hidden:?}");
}
