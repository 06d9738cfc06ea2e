use super::defect::Defect;
use super::interposer::Mutant;
use super::list::{all, list, open};
use crate::ncp::Reference;
use crate::ncp::workload::tests::world::{Played, play, play_with};
use crate::{DefectLevel, Driver, Vectors, hex};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use wireproof_base::Role;
use wireproof_wire::ncp::Ncp;
use wireproof_wire::ncp::command::Setup;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn mutants_have_names_of_their_own_and_sit_somewhere() {
    let names: BTreeSet<&str> = list().iter().map(|info| info.name).collect();
    assert_eq!(names.len(), list().len());
    for defect in all() {
        assert!(defect.sits(), "{}", defect.info.name);
        assert!(defect.info.says.ends_with('.'), "{}", defect.info.name);
    }
    for level in [DefectLevel::Codec, DefectLevel::Machine, DefectLevel::Timing] {
        for role in [Role::Client, Role::Server] {
            let count = list().iter().filter(|i| (i.level, i.role) == (level, role)).count();
            assert!(count > 0, "{level:?} {role}");
        }
    }
}

#[test]
fn mutants_break_requirements_that_exist() {
    let text = fs::read_to_string(root("scenarios/ncp/requirements.yaml"))
        .expect("the requirements are part of the repository");
    for info in list() {
        assert!(!info.requirements.is_empty(), "{}", info.name);
        for id in info.requirements {
            assert!(text.contains(&format!("- id: {id}\n")), "{}: {id}", info.name);
        }
    }
}

#[test]
fn every_mutant_opens_under_its_name() {
    for info in list() {
        let driver = open(info.name).expect("a mutant");
        assert_eq!(driver.identity().name, format!("mutant:{}", info.name));
    }
    assert_eq!(open("flawless").err().expect("no such mutant").kind(), "start");
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

/// Kind, structure, bytes and fields of a vector.
type Case = (String, String, Vec<u8>, Option<Value>);

/// Every vector, loaded once.
fn vectors() -> &'static [Case] {
    static VECTORS: OnceLock<Vec<Case>> = OnceLock::new();
    VECTORS.get_or_init(load)
}

fn load() -> Vec<Case> {
    let mut vectors = Vec::new();
    for file in fs::read_dir(root("vectors/ncp")).expect("the vectors are part of the repository") {
        let path = file.expect("an entry").path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).expect("a text file");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        for vector in file["vectors"].as_array().expect("a list") {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let digits: String = vector["hex"].as_array().into_iter().flatten().map(text).collect();
            let bytes = hex::decode(&digits).expect("digits");
            let fields = vector.get("fields").cloned();
            vectors.push((text(&vector["kind"]), text(&vector["structure"]), bytes, fields));
        }
    }
    assert!(vectors.len() > 500, "{}", vectors.len());
    vectors
}

/// What a codec makes of every vector, both ways.
fn codec(codec: &mut dyn Vectors) -> Vec<String> {
    let mut story = Vec::new();
    for (kind, what, bytes, fields) in vectors() {
        story.push(format!("{:?}", codec.decode(kind, what, bytes)));
        if let Some(fields) = fields {
            story.push(format!("{:?}", codec.encode(kind, what, fields)));
        }
    }
    story
}

#[test]
fn every_defect_of_the_codec_alone_shows_in_some_vector() {
    let plain = codec(&mut crate::ncp::Codec);
    let mut flawless = Mutant::new(&FLAWLESS[0]);
    assert_eq!(codec(flawless.vectors().expect("depth `vectors`")), plain);
    let mut hidden = Vec::new();
    for defect in all().filter(|defect| defect.decode.is_some() || defect.encode.is_some()) {
        let mut sut = open(defect.info.name).expect("a mutant");
        let seen = codec(sut.vectors().expect("depth `vectors`"));
        if seen == plain {
            hidden.push(defect.info.name);
        }
    }
    assert!(hidden.is_empty(), "{hidden:?}");
}
