//! Tier-1: a strict reader, and a writer in the form of RFC 8785.

use super::tree::Tree;
use crate::vectors::bytes::Problem;
use std::fmt::Write as _;

/// Reads one value and nothing after it.
pub fn read(bytes: &[u8]) -> Result<Tree, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let mut reader = Reader { rest: text };
    let tree = reader.value()?;
    reader.space();
    match reader.rest {
        "" => Ok(tree),
        rest => Err(format!("more follows: {}", rest.chars().take(8).collect::<String>())),
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn take(&mut self, word: &str) -> bool {
        let after = self.rest.strip_prefix(word);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn need(&mut self, word: &str) -> Result<(), Problem> {
        if self.take(word) { Ok(()) } else { Err(format!("{word} is missing")) }
    }

    fn value(&mut self) -> Result<Tree, Problem> {
        self.space();
        for (word, tree) in
            [("null", Tree::Nil), ("true", Tree::Bool(true)), ("false", Tree::Bool(false))]
        {
            if self.take(word) {
                return Ok(tree);
            }
        }
        match self.rest.chars().next() {
            Some('"') => self.text().map(Tree::Text),
            Some('[') => self.list(),
            Some('{') => self.map(),
            Some('-' | '0'..='9') => self.number(),
            Some(other) => Err(format!("{other:?} begins no value")),
            None => Err("a value is missing".to_owned()),
        }
    }

    fn list(&mut self) -> Result<Tree, Problem> {
        self.need("[")?;
        let mut items = Vec::new();
        self.space();
        if self.take("]") {
            return Ok(Tree::List(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.take("]") {
                return Ok(Tree::List(items));
            }
            self.need(",")?;
        }
    }

    fn map(&mut self) -> Result<Tree, Problem> {
        self.need("{")?;
        let mut members: Vec<(String, Tree)> = Vec::new();
        self.space();
        if self.take("}") {
            return Ok(Tree::Map(members));
        }
        loop {
            self.space();
            let name = self.text()?;
            self.space();
            self.need(":")?;
            let value = self.value()?;
            if members.iter().any(|(known, _)| *known == name) {
                return Err(format!("{name} stands twice"));
            }
            members.push((name, value));
            self.space();
            if self.take("}") {
                return Ok(Tree::Map(members));
            }
            self.need(",")?;
        }
    }

    fn number(&mut self) -> Result<Tree, Problem> {
        let start = self.rest;
        let digits = |reader: &mut Self| {
            let rest = reader.rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let count = reader.rest.len() - rest.len();
            reader.rest = rest;
            count
        };
        self.take("-");
        if !self.take("0") && digits(self) == 0 {
            return Err("a number without digits".to_owned());
        }
        let mut whole = true;
        if self.take(".") {
            whole = false;
            if digits(self) == 0 {
                return Err("a point without digits".to_owned());
            }
        }
        if self.take("e") || self.take("E") {
            whole = false;
            let _ = self.take("+") || self.take("-");
            if digits(self) == 0 {
                return Err("an exponent without digits".to_owned());
            }
        }
        let text = &start[..start.len() - self.rest.len()];
        if whole
            && text != "-0"
            && let Ok(integer) = text.parse::<i128>()
        {
            let fits = u64::try_from(integer).is_ok() || i64::try_from(integer).is_ok();
            if fits {
                return Ok(Tree::Int(integer));
            }
        }
        let float: f64 = text.parse().map_err(|_| format!("{text} is no number"))?;
        if float.is_finite() { Ok(Tree::Float(float)) } else { Err(format!("{text} is too large")) }
    }

    fn text(&mut self) -> Result<String, Problem> {
        self.need("\"")?;
        let mut out = String::new();
        loop {
            let mut chars = self.rest.chars();
            let next = chars.next().ok_or("a text without end")?;
            self.rest = chars.as_str();
            match next {
                '"' => return Ok(out),
                '\\' => out.push(self.escape()?),
                '\0'..='\u{1f}' => return Err("a control character in a text".to_owned()),
                other => out.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let mut chars = self.rest.chars();
        let name = chars.next().ok_or("an escape without end")?;
        self.rest = chars.as_str();
        Ok(match name {
            '"' | '\\' | '/' => name,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.unit()?;
                let units = match first {
                    0xD800..=0xDBFF => {
                        self.need("\\u")?;
                        vec![first, self.unit()?]
                    }
                    _ => vec![first],
                };
                let text = String::from_utf16(&units).map_err(|_| "half a character")?;
                return text.chars().next().ok_or_else(|| "no character".to_owned());
            }
            _ => return Err(format!("no escape {name:?}")),
        })
    }

    fn unit(&mut self) -> Result<u16, Problem> {
        let digits = self.rest.get(..4).ok_or("a unit without end")?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(format!("no unit {digits}"));
        }
        self.rest = &self.rest[4..];
        u16::from_str_radix(digits, 16).map_err(|error| error.to_string())
    }
}

/// Writes in canonical form: members by the UTF-16 units of their names, every number as it would
/// be as a double, if `doubles`, and integers with all their digits otherwise.
pub fn write(tree: &Tree, doubles: bool) -> Result<String, Problem> {
    let mut out = String::new();
    put(tree, doubles, &mut out)?;
    Ok(out)
}

fn put(tree: &Tree, doubles: bool, out: &mut String) -> Result<(), Problem> {
    match tree {
        Tree::Nil => out.push_str("null"),
        Tree::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Tree::Int(integer) if doubles => {
            let float: f64 = integer.to_string().parse().map_err(|_| "no number")?;
            out.push_str(&number(float));
        }
        Tree::Int(integer) => out.push_str(&integer.to_string()),
        Tree::Float(float) => out.push_str(&number(*float)),
        Tree::Text(text) => quoted(text, out),
        Tree::Bytes(_) => return Err("JSON has no bytes".to_owned()),
        Tree::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                put(item, doubles, out)?;
            }
            out.push(']');
        }
        Tree::Map(members) => {
            let mut sorted: Vec<&(String, Tree)> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, (name, value)) in sorted.into_iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                quoted(name, out);
                out.push(':');
                put(value, doubles, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => {
                // Writing to a `String` does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The shortest digits of a double, laid out as ECMAScript does.
pub fn number(float: f64) -> String {
    if float == 0.0 {
        return "0".to_owned();
    }
    let plain = format!("{float:e}");
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(plain) => ("-", plain.to_owned()),
        None => ("", plain),
    };
    let (mantissa, exponent) = plain.split_once('e').unwrap_or((&plain, "0"));
    let digits = even(float, mantissa.replace('.', ""));
    // The value is 0.digits × 10^point.
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    let count = digits.len() as i32;
    let body = if (count..=21).contains(&point) {
        format!("{digits}{}", "0".repeat((point - count) as usize))
    } else if (1..=21).contains(&point) {
        let (whole, part) = digits.split_at(point as usize);
        format!("{whole}.{part}")
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", "0".repeat(-point as usize))
    } else {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let direction = if point > 0 { "+" } else { "-" };
        format!("{first}{dot}{rest}e{direction}{}", (point - 1).abs())
    };
    format!("{sign}{body}")
}

/// Of two equally short and equally near forms the one that ends on an even digit.
fn even(float: f64, digits: String) -> String {
    // A double has fewer than 800 digits.
    let exact = format!("{float:.800e}").replace(['-', '.'], "");
    let (head, rest) = exact.split_at(digits.len());
    let tie = rest.starts_with('5') && rest[1..].trim_start_matches('0').starts_with('e');
    let is_even = head.ends_with(['0', '2', '4', '6', '8']);
    if tie && is_even { head.to_owned() } else { digits }
}
