//! Patterns of `$regex` (NWP §6.2): short, and no repetition of something that repeats.
//!
//! Dialects differ, so nothing but that is read: groups, classes, escapes and quantifiers. `?`
//! repeats nothing and does not count.

use super::super::code;
use super::super::violation::Violation;
use super::broken;
use alloc::vec;

/// Characters of a pattern.
pub const MAX_PATTERN: usize = 256;

/// Checks a pattern.
///
/// # Errors
///
/// NWP-QUERY-REGEX-UNSAFE for one that is too long or repeats a repetition.
pub fn check(pattern: &str) -> Result<(), Violation> {
    if pattern.chars().count() > MAX_PATTERN || repeats_repetition(pattern) {
        let unsafe_pattern = broken(code::NWP_QUERY_REGEX_UNSAFE, "NCP-TIER-011", "$regex");
        return Err(unsafe_pattern.read("5.2").or(&[code::NWP_QUERY_FILTER_INVALID]));
    }
    Ok(())
}

/// Whether a quantifier stands behind a group that holds one.
fn repeats_repetition(pattern: &str) -> bool {
    let mut chars = pattern.chars().peekable();
    // One entry per open group: whether a quantifier was seen in it.
    let mut groups = vec![false];
    // Whether the last atom holds a repetition.
    let mut atom = false;
    let mut in_class = false;
    while let Some(char) = chars.next() {
        match char {
            '\\' => {
                chars.next();
                atom = false;
            }
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '[' => {
                in_class = true;
                atom = false;
                // A bracket that comes first stands for itself.
                chars.next_if_eq(&'^');
                chars.next_if_eq(&']');
            }
            '(' => groups.push(false),
            ')' => {
                atom = groups.pop().unwrap_or(false);
                mark(&mut groups, atom);
            }
            '*' | '+' | '{' => {
                if char == '{' && !counts(&mut chars) {
                    atom = false;
                } else if atom {
                    return true;
                } else {
                    // `a+?` and `a++` belong to the same quantifier.
                    chars.next_if(|next| matches!(next, '?' | '+'));
                    mark(&mut groups, true);
                    atom = true;
                }
            }
            '?' => {}
            _ => atom = false,
        }
    }
    false
}

fn mark(groups: &mut [bool], repeats: bool) {
    if let Some(last) = groups.last_mut() {
        *last |= repeats;
    }
}

/// Takes the rest of `{n}`, `{n,}` or `{n,m}`; anything else is text.
fn counts(chars: &mut core::iter::Peekable<core::str::Chars<'_>>) -> bool {
    let mut ahead = chars.clone();
    let mut digits = 0;
    let closed = loop {
        match ahead.next() {
            Some('0'..='9') => digits += 1,
            Some(',') if digits > 0 => {}
            Some('}') => break digits > 0,
            _ => break false,
        }
    };
    if closed {
        *chars = ahead;
    }
    closed
}
