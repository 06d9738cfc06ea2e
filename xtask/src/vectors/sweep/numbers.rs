//! Lists of numbers as the files write them: `3..255 1024`, both ends included.

/// The numbers in ascending order, runs of three and more as a range.
pub fn write(numbers: &[i128]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut words: Vec<String> = Vec::new();
    let mut rest = &sorted[..];
    while let Some(&first) = rest.first() {
        let run = rest.iter().zip(first..).take_while(|(number, next)| **number == *next).count();
        if run > 2 {
            words.push(format!("{first}..{}", rest[run - 1]));
        } else {
            words.extend(rest[..run].iter().map(i128::to_string));
        }
        rest = &rest[run..];
    }
    words.join(" ")
}

/// Reads what [`write()`] wrote, and what is typed in the rules.
pub fn read(text: &str) -> Result<Vec<i128>, String> {
    let number = |word: &str| word.parse::<i128>().map_err(|_| format!("{word} is no number"));
    let mut numbers = Vec::new();
    for word in text.split_whitespace() {
        match word.split_once("..") {
            Some((low, high)) => numbers.extend(number(low)?..=number(high)?),
            None => numbers.push(number(word)?),
        }
    }
    Ok(numbers)
}
