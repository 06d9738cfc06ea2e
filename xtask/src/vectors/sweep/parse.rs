//! Reads the lines of the rules.

use super::model::{Edit, Refusal};
use super::numbers;
use super::rules::Rules;

/// The rules of one field.
pub struct FieldRules {
    /// Its name.
    pub field: String,
    /// Its rules; none if every value is right.
    pub rules: Vec<Rule>,
}

/// One rule.
pub struct Rule {
    /// What is wrong.
    pub wrong: Wrong,
    /// Base that shows it, if not that of the table.
    pub on: Option<String>,
    /// How it is refused.
    pub refusal: Refusal,
}

/// Which values are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Every bit that is set.
    Reserved,
    /// These bits, which nobody has assigned.
    Unassigned(Vec<i128>),
    /// Everything but the values from the first to the second, and a third.
    Outside(i128, i128, Option<i128>),
    /// These values.
    Is(Vec<i128>),
    /// Each of these bits turned over.
    Flip(Vec<i128>),
    /// The value of the base and so much, and the highest one if asked for.
    Off(Vec<i128>, bool),
}

/// All fields of a table.
pub fn parse(rules: &Rules) -> Vec<FieldRules> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in rules.lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(':') {
            Some((field, text)) => fields.push((field.to_owned(), text.trim().to_owned())),
            None => {
                let (_, text) = fields.last_mut().expect("a line continues one before it");
                text.push(' ');
                text.push_str(line);
            }
        }
    }
    let one = |(field, text): (String, String)| {
        let texts = text.split(';').map(str::trim).filter(|text| *text != "any");
        let rules = texts.map(|text| rule(text).unwrap_or_else(|p| panic!("{field}: {p}")));
        FieldRules { rules: rules.collect(), field }
    };
    fields.into_iter().map(one).collect()
}

fn rule(text: &str) -> Result<Rule, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (kind, rest) = words.split_first().ok_or("an empty rule")?;
    let is_number = |word: &&&str| word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let parted = |word: &&&str| is_number(word) || matches!(**word, "to" | "max");
    let count = rest.iter().take_while(parted).count();
    let (arguments, rest) = rest.split_at(count);
    let listed: Vec<&str> =
        arguments.iter().filter(|w| !matches!(**w, "to" | "max")).copied().collect();
    let listed = numbers::read(&listed.join(" "))?;
    let wrong = match (*kind, &listed[..]) {
        ("zero", []) => Wrong::Reserved,
        ("bits", [_, ..]) => Wrong::Unassigned(listed),
        ("above", [max]) => Wrong::Outside(0, *max, None),
        ("but", [max, other]) => Wrong::Outside(0, *max, Some(*other)),
        ("from", [low, high]) => Wrong::Outside(*low, *high, None),
        ("is", [_, ..]) => Wrong::Is(listed),
        ("flip", [_, ..]) => Wrong::Flip(listed),
        ("off", [_, ..]) => Wrong::Off(listed, arguments.contains(&"max")),
        _ => return Err(format!("{text}: no such rule")),
    };
    let mut rule = Rule { wrong, on: None, refusal: Refusal::malformed("metadata", &[]) };
    for word in rest {
        rule.modify(word)?;
    }
    if rule.wrong == Wrong::Reserved {
        let ids = &mut rule.refusal.requirements;
        if !ids.iter().any(|id| id.starts_with("ENC-")) {
            ids.push("ENC-003".to_owned());
        }
    }
    if rule.refusal.requirements.is_empty() {
        return Err(format!("{text}: no requirement"));
    }
    Ok(rule)
}

impl Rule {
    fn modify(&mut self, word: &str) -> Result<(), String> {
        match word.split_once('=') {
            Some(("on", base)) => self.on = Some(base.to_owned()),
            Some(("in", layer)) => self.refusal.layer = known(layer, &LAYERS)?,
            Some(("as", kind)) => self.refusal.kind = known(kind, &KINDS)?,
            Some(("also", kind)) => self.refusal.also.push(known(kind, &KINDS)?),
            None if word == "endpoint" => self.refusal.endpoint = true,
            None if word.starts_with("R-") => self.refusal.reading = Some(word.to_owned()),
            None if word.split_once('-').is_some_and(|(area, _)| area.len() > 2) => {
                self.refusal.requirements.push(word.to_owned());
            }
            _ => return Err(format!("{word} means nothing")),
        }
        Ok(())
    }
}

fn known(word: &str, words: &[&'static str]) -> Result<&'static str, String> {
    words.iter().find(|known| **known == word).copied().ok_or_else(|| format!("{word} is unknown"))
}

impl Wrong {
    /// The edit and its numbers for a field of `width` bytes that holds `value` in the base.
    pub fn edit(&self, width: usize, value: u64) -> (Edit, Vec<i128>) {
        let max = (1i128 << (8 * width)) - 1;
        let values = |numbers: Vec<i128>| {
            let mut numbers: Vec<i128> = numbers
                .into_iter()
                .filter(|n| (0..=max).contains(n) && *n != value.into())
                .collect();
            numbers.sort_unstable();
            numbers.dedup();
            (Edit::Values, numbers)
        };
        match self {
            Self::Reserved => (Edit::Bits, (0..8 * width as i128).collect()),
            Self::Unassigned(bits) | Self::Flip(bits) => (Edit::Bits, bits.clone()),
            Self::Outside(low, high, other) => {
                let right = |n: &i128| (*low..=*high).contains(n) || Some(*n) == *other;
                let all = if width == 1 { (0..=max).collect() } else { probes(*low, *high, max) };
                values(all.into_iter().filter(|n| !right(n)).collect())
            }
            Self::Is(numbers) => values(numbers.clone()),
            Self::Off(steps, highest) => {
                let off = steps.iter().map(|step| i128::from(value) + step);
                values(off.chain(highest.then_some(max)).collect())
            }
        }
    }

    /// What is wrong, in words.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Reserved => "reserved bits",
            Self::Unassigned(_) => "unassigned bits",
            Self::Outside(..) => "unassigned values",
            Self::Is(_) | Self::Flip(_) => "values that are wrong here",
            Self::Off(..) => "lengths and counts that do not fit",
        }
    }

    /// The last part of the id of the group.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Unassigned(_) | Self::Outside(..) => "unassigned",
            Self::Is(_) => "wrong",
            Self::Flip(_) => "flipped",
            Self::Off(..) => "off",
        }
    }
}

/// Numbers of a wide field worth trying: next to what is assigned, next to every power of two that
/// ends a narrower field, assigned ones with a higher half that a narrow reader drops, the middle
/// and the end.
fn probes(low: i128, high: i128, max: i128) -> Vec<i128> {
    let mut numbers = vec![low - 1, high + 1, high + 2, max / 2, max / 2 + 1, max - 1, max];
    for bits in [7, 8, 15, 16, 24, 31, 32] {
        let power = 1i128 << bits;
        numbers.extend([power - 1, power]);
        numbers.extend([low, high].map(|assigned| power + assigned));
    }
    numbers.into_iter().filter(|number| (0..=max).contains(number)).collect()
}

/// Parts of a packet.
const LAYERS: [&str; 3] = ["header", "metadata", "body"];
/// Kinds of faults.
const KINDS: [&str; 6] = [
    "malformed_header",
    "malformed_body",
    "unsupported_version",
    "unsupported_capability",
    "limit_exceeded",
    "length_mismatch",
];
