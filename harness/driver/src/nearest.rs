//! What somebody who wrote a name wrongly may have meant.

/// The candidate nearest to `name`, if one is near at all.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = candidates.map(|candidate| (distance(name, candidate), candidate)).min()?;
    (near.0 <= name.len().div_ceil(3)).then(|| near.1.to_owned())
}

/// Edit distance without regard to case.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_ascii_lowercase().into_bytes(), b.to_ascii_lowercase().into_bytes());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_what_is_near_is_suggested() {
        let names = ["hello", "query", "subscribe"];
        assert_eq!(nearest("Helo", names.into_iter()).as_deref(), Some("hello"));
        assert_eq!(nearest("teapot", names.into_iter()), None);
    }
}
