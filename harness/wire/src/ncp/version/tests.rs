use super::*;
use alloc::string::ToString as _;

#[test]
fn versions_are_two_numbers() {
    assert_eq!(parse("0.4"), Some(Version { major: 0, minor: 4 }));
    assert_eq!(parse("4294967295.0"), Some(Version { major: u32::MAX, minor: 0 }));
    for text in ["", "0", "0.", ".4", "0.4.1", "00.4", "0.04", "+0.4", "0.-4", "a.b", "0.4 "] {
        assert_eq!(parse(text), None, "{text}");
    }
    assert_eq!(parse("4294967296.0"), None);
    assert_eq!(parse("0.10").map(|version| version.to_string()).as_deref(), Some("0.10"));
}

#[test]
fn ten_comes_after_four() {
    assert!(parse("0.10") > parse("0.4"));
    assert!(parse("1.0") > parse("0.10"));
    assert!(parse("0.3") < parse("0.4"));
}

#[test]
fn an_identifier_names_its_protocol() {
    assert_eq!(identifier("NPS/0.2"), Some(("NPS", Version { major: 0, minor: 2 })));
    assert_eq!(identifier("NCP/0.4"), Some(("NCP", Version { major: 0, minor: 4 })));
    for text in ["0.4", "HTTP/1.1", "nps/0.2", "NPS/2", "NPS/0.2/1"] {
        assert_eq!(identifier(text), None, "{text}");
    }
}
