//! "Did you mean".

#[cfg(test)]
mod tests;

/// The candidate that `word` was most likely meant to be, if one is close enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let folded = fold(word);
    let close = |candidate: &&str| {
        let distance = distance(&folded, &fold(candidate));
        // One slip in three letters; a short word must not turn into any other short word.
        let allowed = (folded.len().max(candidate.len()) / 3).min(4);
        (distance <= allowed).then_some(distance)
    };
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .filter_map(|candidate| Some((close(&candidate)?, candidate)))
        .min_by(|a, b| a.0.cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

/// Case and the choice of separator are no difference.
fn fold(word: &str) -> Vec<char> {
    let fold = |c: char| if c == '-' { '_' } else { c.to_ascii_lowercase() };
    word.chars().take(LONGEST).map(fold).collect()
}

/// Edit distance, in which swapping two neighbours counts as one edit.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

const LONGEST: usize = 64;
