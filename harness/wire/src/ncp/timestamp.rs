//! Times as text: ISO 8601 in UTC, `2026-04-25T10:00:00Z` (reference 3.3, `OP-31`).

/// A point in time: seconds from 1970 and nanoseconds. Later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds from 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Nanoseconds of the second.
    pub nanos: u32,
}

/// Reads date, `T`, time of day with an optional fraction, and `Z`. Digits of a fraction beyond
/// the ninth are dropped; a leap second counts as the start of the next minute.
pub fn parse(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = match text.strip_suffix('Z')?.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text.strip_suffix('Z')?, None),
    };
    let bytes = whole.as_bytes();
    if bytes.len() != 19 || [4, 7, 10, 13, 16].map(|at| bytes[at]) != *b"--T::" {
        return None;
    }
    let field = |from: usize, to: usize| digits(bytes.get(from..to)?);
    let (year, month, day) = (field(0, 4)?, field(5, 7)?, field(8, 10)?);
    let (hour, minute, second) = (field(11, 13)?, field(14, 16)?, field(17, 19)?);
    let within = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && (second < 60 || (second == 60 && hour == 23 && minute == 59));
    if !within {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(Timestamp { seconds, nanos: fraction.map_or(Some(0), nanos)? })
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
    })
}

fn nanos(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = fraction.bytes().chain(core::iter::repeat(b'0')).take(9);
    Some(padded.fold(0, |number, byte| number * 10 + u32::from(byte - b'0')))
}

const fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01, for years from 0 to 9999.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let past = year - 1;
    let mut days = past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400);
    let mut at = 1;
    while at < month {
        days += days_of(year, at);
        at += 1;
    }
    days + day - 1 - DAYS_BEFORE_1970
}

/// Days from 0001-01-01 to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_162;

#[cfg(test)]
mod tests;
