//! Lists of numbers: `3..255 1024`, both ends included.

/// Most numbers in one list.
pub const MOST: usize = 4096;

/// Reads a list; `None` if it is none, or too long.
pub fn read(text: &str) -> Option<Vec<i64>> {
    let mut numbers = Vec::new();
    for word in text.split(' ') {
        let (low, high) = word.split_once("..").unwrap_or((word, word));
        let (low, high): (i64, i64) = (low.parse().ok()?, high.parse().ok()?);
        let count = usize::try_from(high.checked_sub(low)?).ok()?;
        if count >= MOST - numbers.len() {
            return None;
        }
        numbers.extend(low..=high);
    }
    Some(numbers)
}

/// The numbers, in ascending order, as [`read`] takes them.
pub fn write(numbers: &[i64]) -> String {
    let mut words = Vec::new();
    let mut rest = numbers;
    while let Some(&first) = rest.first() {
        let run = rest.iter().zip(first..).take_while(|(number, next)| **number == *next).count();
        match run {
            1 => words.push(first.to_string()),
            _ => words.push(format!("{first}..{}", rest[run - 1])),
        }
        rest = &rest[run..];
    }
    words.join(" ")
}
