use super::*;

#[test]
fn times_count_from_1970() {
    // Seconds by a calendar of another make.
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-04-25T10:00:00Z", 1_777_111_200),
        ("2000-02-29T23:59:59Z", 951_868_799),
        ("1969-12-31T23:59:59Z", -1),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("0001-01-01T00:00:00Z", -62_135_596_800),
    ] {
        assert_eq!(parse(text), Some(Timestamp { seconds, nanos: 0 }), "{text}");
    }
}

#[test]
fn fractions_are_kept_to_the_nanosecond() {
    let nanos = |text| parse(text).map(|time| time.nanos);
    assert_eq!(nanos("2026-04-25T10:00:00.5Z"), Some(500_000_000));
    assert_eq!(nanos("2026-04-25T10:00:00.000000001Z"), Some(1));
    assert_eq!(nanos("2026-04-25T10:00:00.0000000019Z"), Some(1));
    assert!(parse("2026-04-25T10:00:00Z") < parse("2026-04-25T10:00:00.1Z"));
    assert!(parse("2026-04-25T10:00:00.9Z") < parse("2026-04-25T10:00:01Z"));
}

#[test]
fn a_leap_second_is_the_next_minute() {
    assert_eq!(parse("2016-12-31T23:59:60Z"), parse("2017-01-01T00:00:00Z"));
    assert_eq!(parse("2016-12-31T22:59:60Z"), None);
}

#[test]
fn everything_else_is_refused() {
    for text in [
        "",
        "2026-04-25T10:00:00",
        "2026-04-25T10:00:00z",
        "2026-04-25 10:00:00Z",
        "2026-04-25T10:00Z",
        "2026-04-25T10:00:00.Z",
        "2026-04-25T10:00:00.5 Z",
        "2026-04-25T10:00:00+00:00",
        "2026-4-25T10:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-04-00T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-25T24:00:00Z",
        "2026-04-25T10:60:00Z",
        "2026-04-25T10:00:60Z",
        "+026-04-25T10:00:00Z",
        "2026-04-25T10:00:0éZ",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}
