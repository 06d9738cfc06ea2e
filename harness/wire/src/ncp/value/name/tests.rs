//! Short and long names behave alike.

use super::*;
use alloc::format;
use alloc::vec::Vec;

#[test]
fn a_name_is_its_text_at_every_length() {
    assert_eq!(size_of::<Name>(), 24);
    for len in [0, 1, ROOM - 2, ROOM - 1, ROOM, ROOM + 1, 300] {
        // The last character has two bytes.
        let text = "n".repeat(len.saturating_sub(2)) + if len > 1 { "é" } else { "" };
        for name in [Name::from(text.as_str()), Name::from(text.clone()), Name::from(&text)] {
            assert_eq!(name.as_str(), text);
            assert_eq!(name.as_bytes(), text.as_bytes());
            assert_eq!(name, text);
            assert_eq!(format!("{name} {name:?}"), format!("{text} {text:?}"));
            assert_eq!(serde_json::to_string(&name).ok(), serde_json::to_string(&text).ok());
            assert_eq!(matches!(name.0, Kept::Here(..)), text.len() <= ROOM);
            assert_eq!(String::from(name), text);
        }
    }
}

#[test]
fn a_name_becomes_another_where_it_stands() {
    let texts = ["", "short", "another", "é", "a name that is longer than the room there is", "b"];
    for before in texts {
        for after in texts {
            let mut name = Name::from(before);
            name.set(after);
            assert_eq!(name, after);
            let mut name = Name::from(before);
            name.clone_from(&Name::from(after));
            assert_eq!(name, after);
            assert_eq!(name.clone(), after);
        }
    }
}

#[test]
fn names_are_in_the_order_of_their_texts() {
    let mut texts = ["b", "", "a", "aa", "é", "z", "\u{10000}", "\u{ffff}"].to_vec();
    texts.push("a name that is longer than the room there is");
    texts.push("a name that is longer than the room there was");
    let mut names: Vec<Name> = texts.iter().map(|text| Name::from(*text)).collect();
    texts.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, texts);
}
