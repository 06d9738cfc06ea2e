//! The token budget (token-budget §2 and §3): NPT, rates and which tokenizer counts.

/// NPT of `bytes` of UTF-8 text when no tokenizer is known: a quarter, rounded up, and never more
/// than 32 bits hold.
pub fn npt(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(4)).unwrap_or(u32::MAX)
}

/// A family of models with its NPT for one native token, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Start of the names of its models, in lower case.
    pub family: &'static str,
    /// NPT for a hundred native tokens.
    pub hundredths: u32,
}

/// The rates of the specification, which configuration may override.
pub const RATES: [Rate; 5] = [
    Rate { family: "gpt-4", hundredths: 100 },
    Rate { family: "claude", hundredths: 105 },
    Rate { family: "gemini", hundredths: 95 },
    Rate { family: "llama-3", hundredths: 102 },
    Rate { family: "mistral", hundredths: 98 },
];

/// NPT for a hundred native tokens of a model, 100 for one that nobody knows.
pub fn rates(model: &str) -> u32 {
    let begins = |rate: &&Rate| {
        model.get(..rate.family.len()).is_some_and(|head| head.eq_ignore_ascii_case(rate.family))
    };
    RATES.iter().find(begins).map_or(100, |rate| rate.hundredths)
}

/// NPT of `native` tokens of a model, rounded up.
pub fn npt_of_native(native: u32, model: &str) -> u32 {
    let product = u64::from(native) * u64::from(rates(model));
    u32::try_from(product.div_ceil(100)).unwrap_or(u32::MAX)
}

/// Where the tokenizer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokenizer<'a> {
    /// The one that the request names.
    Declared(&'a str),
    /// The one in the metadata of the requester's IdentFrame.
    Matched(&'a str),
    /// None: a quarter of the bytes.
    Fallback,
}

/// Chooses the tokenizer (`NPS-TOK-002`, `NPS-TOK-010`): the declared one if it is supported, else
/// the one of the identity if that is, else the fallback.
pub fn tokenizer<'a>(
    declared: Option<&'a str>,
    identity: Option<&'a str>,
    supported: &[&str],
) -> Tokenizer<'a> {
    let known = |name: &&str| supported.contains(name);
    match (declared.filter(known), identity.filter(known)) {
        (Some(name), _) => Tokenizer::Declared(name),
        (None, Some(name)) => Tokenizer::Matched(name),
        (None, None) => Tokenizer::Fallback,
    }
}

#[cfg(test)]
mod tests;
