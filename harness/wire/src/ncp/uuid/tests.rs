use super::*;

#[test]
fn version_and_variant_count() {
    // The stream of section 13.
    assert!(is_v4("6f1d2c3b-4a59-4e68-8d7c-0123456789ab"));
    assert!(is_v4("6F1D2C3B-4A59-4E68-BD7C-0123456789AB"));
    for text in [
        // Version 1 and 7, variants of NCS and Microsoft.
        "6f1d2c3b-4a59-1e68-8d7c-0123456789ab",
        "6f1d2c3b-4a59-7e68-8d7c-0123456789ab",
        "6f1d2c3b-4a59-4e68-7d7c-0123456789ab",
        "6f1d2c3b-4a59-4e68-cd7c-0123456789ab",
        // Other ways of writing.
        "6f1d2c3b4a594e688d7c0123456789ab",
        "{6f1d2c3b-4a59-4e68-8d7c-0123456789ab}",
        "urn:uuid:6f1d2c3b-4a59-4e68-8d7c-0123456789ab",
        "6f1d2c3b-4a59-4e68-8d7c-0123456789a",
        "6f1d2c3b-4a59-4e68-8d7c-0123456789abc",
        "6f1d2c3-b4a59-4e68-8d7c-0123456789ab",
        "6f1d2c3g-4a59-4e68-8d7c-0123456789ab",
        "00000000-0000-0000-0000-000000000000",
        "",
    ] {
        assert!(!is_v4(text), "{text}");
    }
}
