//! Groups of single fields: reserved, unassigned, wrong.

use super::model::{Edit, Group, Refusal};
use super::parse::{FieldRules, Rule, Wrong, parse};
use super::rules::Rules;
use crate::vectors::table::{self, HEADER, Table};

/// The table that `rules` are about.
pub fn table_of(rules: &Rules) -> &'static Table {
    let message = table::MESSAGES.iter().find(|table| table.name == rules.table);
    message.or_else(|| table::structure(rules.table)).expect("rules are about a table")
}

/// Bases that rules name, each once, the main one first.
pub fn bases(rules: &Rules) -> Vec<String> {
    let mut bases = vec![rules.base.to_owned()];
    for rule in parse(rules).into_iter().flat_map(|field| field.rules) {
        bases.extend(rule.on.filter(|base| !bases.contains(base)));
    }
    bases
}

/// Groups of the fields of a table that starts at `start` in `bytes`, the base called `base`.
/// `inside`: the structure lies in the body of a packet, with this before its names.
pub fn groups(
    rules: &Rules,
    (base, bytes): (&str, &[u8]),
    start: usize,
    inside: Option<&str>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (field, FieldRules { field: name, rules: wrong }) in
        table_of(rules).rows().into_iter().zip(parse(rules))
    {
        assert_eq!(field.name, name, "{}: one line for each field, in order", rules.table);
        for rule in &wrong {
            let here = rule.on.as_deref().unwrap_or(rules.base) == base || inside.is_some();
            if !here || (inside.is_some() && rule.on.is_some()) {
                continue;
            }
            let at = start + field.offset;
            let (edit, numbers) = rule.wrong.edit(field.width, number(bytes, at, field.width));
            if numbers.is_empty() {
                continue;
            }
            let place = inside.map_or_else(String::new, |inside| format!("{inside}."));
            let full = unique(&groups, &format!("{place}{name}.{}", rule.wrong.name()));
            let note = format!("{name}: {}", rule.wrong.words());
            let refusal = refusal(rule, inside.is_some());
            groups.push(Group::field((&full, &note), (at, field.width), edit, numbers, refusal));
        }
    }
    groups
}

fn refusal(rule: &Rule, inside: bool) -> Refusal {
    let mut refusal = rule.refusal.clone();
    if inside {
        refusal.layer = "body";
    }
    refusal
}

/// `name`, with a number behind it if another group has it already.
pub fn unique(groups: &[Group], name: &str) -> String {
    let taken = |name: &str| groups.iter().any(|group| group.name == name);
    let mut candidate = name.to_owned();
    let mut count = 1;
    while taken(&candidate) {
        count += 1;
        candidate = format!("{name}_{count}");
    }
    candidate
}

/// The number of `width` bytes at `at`.
pub fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let field = &bytes[at..at + width];
    field.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The header of a packet. `all`: every value of every field of one byte, not the telling ones.
pub fn header(bytes: &[u8], all: bool) -> Vec<Group> {
    let place = |name: &str| {
        let field = HEADER.rows().into_iter().find(|field| field.name == name);
        let field = field.expect("a field of the header");
        (4 + field.offset, field.width)
    };
    let values = |name: &str, right: &dyn Fn(i128) -> bool, telling: &[i128]| {
        let all: Vec<i128> = if all { (0..256).collect() } else { telling.to_vec() };
        let numbers = all.into_iter().filter(|number| !right(*number)).collect();
        (format!("header.{name}.unassigned"), place(name), numbers)
    };
    let assigned = |number: i128| table::MESSAGES.iter().any(|m| i128::from(m.number) == number);
    let fatal = |kind, ids: &[&str]| Refusal::of(kind, "header", ids);
    let mut groups = vec![
        Group::field(
            ("header.magic.flipped", "magic: not the four letters"),
            (0, 4),
            Edit::Bits,
            if all { (0..32).collect() } else { vec![0, 13, 22, 31] },
            fatal("malformed_header", &["HDR-001"]),
        ),
        Group::field(
            ("header.flags.unassigned", "header flags: unassigned bits"),
            place("flags"),
            Edit::Bits,
            (6..32).collect(),
            fatal("malformed_header", &["HDR-006", "ENC-004"]),
        ),
    ];
    let single = [
        (
            values("version_major", &|n| n == 1, &[0, 2, 3, 16, 129, 255]),
            fatal("unsupported_version", &["HDR-002"]),
        ),
        (
            values("wire_format", &|n| n == 0, &[1, 2, 3, 128, 255]),
            fatal("unsupported_version", &["HDR-003"]),
        ),
        (
            values("header_len", &|n| n == 40, &[0, 24, 39, 41, 44, 168, 255]),
            fatal("malformed_header", &["HDR-004"]),
        ),
        (
            values("msg_type", &assigned, &[0, 11, 15, 29, 31, 34, 127, 128, 255]),
            fatal("malformed_header", &["HDR-005", "ENC-005"]),
        ),
    ];
    for ((name, at, numbers), refusal) in single {
        let note =
            name.replacen("header.", "", 1).replacen(".unassigned", ": unassigned values", 1);
        groups.push(Group::field((&name, &note), at, Edit::Values, numbers, refusal));
    }
    groups.extend(lengths(bytes));
    groups
}

/// The two lengths of the header, with the bytes as they are.
fn lengths(bytes: &[u8]) -> Vec<Group> {
    let (meta, body) = (number(bytes, 12, 4), number(bytes, 16, 4));
    let bare = matches!(bytes[6], 0x20 | 0x21);
    let meta_rule: &[&str] = if bare { &["CON-009", "HDR-007"] } else { &["HDR-007"] };
    let (_, off) = Wrong::Off(vec![-1, 1, 8], false).edit(4, meta);
    let (_, near) = Wrong::Off(vec![-1, 1, 8], false).edit(4, body);
    let over = vec![0x8000_0000, 0xFFFF_FFFF];
    let note = "header lengths that do not fit what follows";
    vec![
        Group::field(
            ("header.meta_len.off", note),
            (12, 4),
            Edit::Values,
            off,
            Refusal::malformed("header", meta_rule).or(&["length_mismatch"]),
        ),
        Group::field(
            ("header.meta_len.wrong", note),
            (12, 4),
            Edit::Values,
            over.clone(),
            Refusal::malformed("header", meta_rule).or(&["limit_exceeded", "length_mismatch"]),
        ),
        Group::field(
            ("header.body_len.off", note),
            (16, 4),
            Edit::Values,
            near,
            Refusal::of("length_mismatch", "header", &["ENC-006"]),
        ),
        Group::field(
            ("header.body_len.wrong", note),
            (16, 4),
            Edit::Values,
            over,
            Refusal::of("limit_exceeded", "header", &["ENC-007"]).or(&["length_mismatch"]),
        ),
    ]
}
