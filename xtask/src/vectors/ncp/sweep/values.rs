//! Values that a type does not admit.

use crate::vectors::ncp::tree::Tree;

/// Values of another type, each in both tiers if it has a form there.
pub fn mistyped(kind: &str, tier: u64) -> Vec<Tree> {
    let text = |text: &str| Tree::Text(text.to_owned());
    let all = [
        ("bool", Tree::Bool(true)),
        ("bool", Tree::Bool(false)),
        ("number", Tree::Int(1)),
        ("fraction", Tree::Float(1.5)),
        ("text", text("x")),
        ("text", text("1")),
        ("list", Tree::List(Vec::new())),
        ("object", Tree::Map(Vec::new())),
        ("bytes", Tree::Bytes(vec![1])),
    ];
    let own: &[&str] = match kind {
        "u8" | "u32" | "u64" | "total" => &["number"],
        "patch" => &["list", "bytes"],
        "bool" => &["bool"],
        "text" => &["text"],
        "list" => &["list"],
        _ => &["object"],
    };
    let wrong = |name: &str| !own.contains(&name) && (name != "bytes" || tier == 1);
    all.into_iter().filter(|(name, _)| wrong(name)).map(|(_, tree)| tree).collect()
}

/// Integers that a type does not hold. None if it is no type of integers.
pub fn beyond(kind: &str) -> Vec<Tree> {
    let numbers: &[i128] = match kind {
        "u8" => &[-1, 256, 0xFFFF_FFFF, u64::MAX as i128],
        "u32" => &[-1, -0x8000_0000, 0x1_0000_0000, u64::MAX as i128],
        "u64" => &[-1, i64::MIN as i128],
        "total" => &[-2, i64::MIN as i128],
        _ => &[],
    };
    numbers.iter().map(|number| Tree::Int(*number)).collect()
}
