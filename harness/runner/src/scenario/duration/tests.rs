use super::parse;
use wireproof_base::Duration;

#[test]
fn a_number_and_a_unit() {
    let table = [
        ("7ns", 7),
        ("250us", 250_000),
        ("5ms", 5_000_000),
        ("1s", 1_000_000_000),
        ("2min", 120_000_000_000),
        ("0s", 0),
        ("18446744073s", 18_446_744_073_000_000_000),
    ];
    for (text, nanos) in table {
        assert_eq!(parse(text), Some(Duration::from_nanos(nanos)), "{text}");
    }
}

#[test]
fn nothing_else() {
    let texts = [
        "",
        "5",
        "ms",
        "5 ms",
        "-5ms",
        "1.5s",
        "5m",
        "5MS",
        "18446744074s",
        "99999999999999999999ns",
    ];
    for text in texts {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn what_is_printed_is_read_again() {
    for nanos in [0, 1, 999, 1_000, 1_500, 250_000_000, 3_000_000_000] {
        let span = Duration::from_nanos(nanos);
        assert_eq!(parse(&span.to_string()), Some(span));
    }
}
