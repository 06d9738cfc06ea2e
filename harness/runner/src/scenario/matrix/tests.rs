use super::{Parameter, combinations, fill, is_used, mask};
use crate::scenario::place::Source;

fn values(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_mask_keeps_every_column() {
    let text = "a: ${x} # ${y}\n# ${z}\nb: {c: ${long_name}}\n";
    let masked = mask(text).text;
    assert_eq!(masked, "a: __x_ # __y_\n# ${z}\nb: {c: __long_name_}\n");
    assert_eq!(masked.len(), text.len());
}

#[test]
fn columns_lead_back_to_what_was_written() {
    let source = Source::new("f", "k: ${a}, ${bb} end\nx: ${a}\n");
    let filled = fill(&source, &values(&[("a", "1234567"), ("bb", "")])).expect("known");
    assert_eq!(filled.text, "k: 1234567,  end\nx: 1234567\n");
    // Before, at, within and behind the first value.
    assert_eq!(filled.original(1, 1, 1), (1, 1));
    assert_eq!(filled.original(1, 4, 7), (4, 4));
    assert_eq!(filled.original(1, 6, 1), (4, 4));
    assert_eq!(filled.original(1, 11, 1), (8, 1));
    // Behind both, and on the next line.
    assert_eq!(filled.original(1, 14, 3), (16, 3));
    assert_eq!(filled.original(2, 4, 0), (4, 0));
    assert_eq!(filled.original(2, 11, 1), (8, 1));
}

#[test]
fn a_value_may_be_wider_or_narrower_and_of_any_script() {
    let source = Source::new("f", "ü${a}ü${a}x");
    let filled = fill(&source, &values(&[("a", "→→→→→→")])).expect("known");
    assert_eq!(filled.text, "ü→→→→→→ü→→→→→→x");
    assert_eq!(filled.original(1, 8, 1), (6, 1));
    assert_eq!(filled.original(1, 15, 1), (11, 1));
}

#[test]
fn an_unknown_name_is_an_error_with_a_place() {
    let source = Source::new("f", "a: 1\nb: ${creidt} ${x}\n");
    let errors = fill(&source, &values(&[("credit", "1")])).expect_err("unknown");
    let places: Vec<String> = errors.iter().map(|error| error.place.to_string()).collect();
    assert_eq!(places, ["f:2:4", "f:2:14"]);
}

#[test]
fn what_is_no_use_stays() {
    let source = Source::new("f", "a: $x ${} ${a b} ${open\n");
    let filled = fill(&source, &[]).expect("nothing to fill");
    assert_eq!(filled.text, &*source.text);
    assert!(!is_used(&source.text, "x"));
}

#[test]
fn the_last_parameter_changes_fastest() {
    let place = Source::new("f", "").start();
    let parameter = |name: &str, values: &[&str]| Parameter {
        name: name.into(),
        values: values.iter().map(|&value| value.into()).collect(),
        place: place.clone(),
    };
    let rows = combinations(&[parameter("a", &["1", "2"]), parameter("b", &["x", "y"])]);
    let rows: Vec<String> = rows.iter().map(|row| format!("{}{}", row[0].1, row[1].1)).collect();
    assert_eq!(rows, ["1x", "1y", "2x", "2y"]);
    assert_eq!(combinations(&[]), [vec![]]);
}
