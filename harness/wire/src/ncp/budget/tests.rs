use super::*;

#[test]
fn four_bytes_make_a_token() {
    for (bytes, tokens) in [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (720, 180)] {
        assert_eq!(npt(bytes), tokens, "{bytes} bytes");
    }
    // Bytes count, not characters: three times three.
    assert_eq!(npt("€€€".len()), 3);
    assert_eq!(npt(4 * 0xffff_ffff), u32::MAX);
    assert_eq!(npt(4 * 0xffff_ffff + 1), u32::MAX);
}

#[test]
fn rates_are_those_of_the_table() {
    for (model, hundredths) in [
        ("gpt-4", 100),
        ("GPT-4o", 100),
        ("claude-opus", 105),
        ("gemini-pro", 95),
        ("llama-3", 102),
        ("mistral-large", 98),
        ("llama-2", 100),
        ("", 100),
        ("été", 100),
    ] {
        assert_eq!(rates(model), hundredths, "{model}");
    }
    assert_eq!(npt_of_native(100, "claude"), 105);
    assert_eq!(npt_of_native(1, "claude"), 2);
    assert_eq!(npt_of_native(1, "gemini"), 1);
    assert_eq!(npt_of_native(u32::MAX, "claude"), u32::MAX);
}

#[test]
fn the_declared_tokenizer_comes_first() {
    let known = ["cl100k_base", "claude"];
    let choose = |declared, identity| tokenizer(declared, identity, &known);
    let (first, second) = (Some("cl100k_base"), Some("claude"));
    assert_eq!(choose(first, second), Tokenizer::Declared("cl100k_base"));
    assert_eq!(choose(None, second), Tokenizer::Matched("claude"));
    // One that the node lacks gives way to the match (NPS-TOK-010), then to the fallback.
    assert_eq!(choose(Some("o200k_base"), second), Tokenizer::Matched("claude"));
    assert_eq!(choose(Some("o200k_base"), Some("other")), Tokenizer::Fallback);
    assert_eq!(choose(None, None), Tokenizer::Fallback);
}
