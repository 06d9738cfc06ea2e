use super::nearest;

#[test]
fn slips_are_found() {
    let known = ["connect", "client", "server", "expect", "absent", "advance"];
    let table = [
        ("clinet", "client"),
        ("Client", "client"),
        ("conect", "connect"),
        ("expct", "expect"),
        ("advnace", "advance"),
        ("sevrer", "server"),
    ];
    for (word, expected) in table {
        assert_eq!(nearest(word, known).as_deref(), Some(expected), "{word}");
    }
    assert_eq!(nearest("NNN-A-001", ["NNN-A-010", "SIM-B-999"]).as_deref(), Some("NNN-A-010"));
    assert_eq!(nearest("in-flight", ["in_flight"]).as_deref(), Some("in_flight"));
}

#[test]
fn other_words_are_left_alone() {
    let known = ["connect", "client", "server"];
    for word in ["", "x", "frame", "completely", "client"] {
        assert_eq!(
            nearest(word, known.iter().copied().filter(|_| word != "client")),
            None,
            "{word}"
        );
    }
    // A short word does not turn into any other short word.
    assert_eq!(nearest("X", ["C", "W", "M"]), None);
    assert_eq!(nearest("ab", ["cd", "ax"]), None);
}

#[test]
fn of_equals_the_first_wins_and_the_word_itself_is_no_suggestion() {
    assert_eq!(nearest("bat", ["cat", "hat"]).as_deref(), Some("cat"));
    assert_eq!(nearest("cat", ["cat"]), None);
}

#[test]
fn a_giant_word_is_no_burden() {
    assert_eq!(nearest(&"x".repeat(1_000_000), ["client"]), None);
}
