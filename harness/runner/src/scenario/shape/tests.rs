use super::Shape;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "only the shape is looked at")]
enum Outer {
    Plain,
    Wrapped(Inner),
    Named { mood: Mood, other: Mood, many: Vec<u16>, maybe: Option<bool>, text: String, any: i8 },
    Last(u8),
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
#[allow(dead_code, reason = "only the shape is looked at")]
struct Inner {
    number: u64,
    id: Id,
}

#[derive(Deserialize, Default)]
#[serde(transparent)]
#[allow(dead_code, reason = "only the shape is looked at")]
struct Id(u32);

#[derive(Deserialize)]
#[allow(dead_code, reason = "only the shape is looked at")]
enum Mood {
    Calm,
    Cross,
    Sad(u16),
}

fn entry(name: &str, shape: Shape) -> (String, Shape) {
    (name.to_owned(), shape)
}

#[test]
fn every_name_at_every_depth_is_found() {
    let mood = Shape::Enum(vec![
        entry("Calm", Shape::Unit),
        entry("Cross", Shape::Unit),
        entry("Sad", Shape::Unsigned(65_535)),
    ]);
    let inner = vec![
        entry("number", Shape::Unsigned(u64::MAX)),
        entry("id", Shape::Unsigned(u32::MAX.into())),
    ];
    let named = vec![
        entry("mood", mood.clone()),
        entry("other", mood),
        entry("many", Shape::List(Box::new(Shape::Unsigned(65_535)))),
        entry("maybe", Shape::Option(Box::new(Shape::Bool))),
        entry("text", Shape::Text),
        entry("any", Shape::Signed),
    ];
    let expected = Shape::Enum(vec![
        entry("plain", Shape::Unit),
        entry("wrapped", Shape::Struct(inner)),
        entry("named", Shape::Struct(named)),
        entry("last", Shape::Unsigned(255)),
    ]);
    assert_eq!(Shape::of::<Outer>(), expected);
}
