//! The kinds of mistakes.

use crate::scenario::place::Place;

/// What is wrong. `near` is the known name it was most likely meant to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file cannot be read.
    Unreadable {
        /// Why, as the system says.
        detail: String,
    },
    /// The file is not UTF-8.
    NotUtf8 {
        /// The first byte that is none.
        offset: usize,
    },
    /// The file is larger than allowed.
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The file asks too much of its reader.
    TooComplex {
        /// What there is too much of.
        what: &'static str,
    },
    /// Nothing but comments.
    Empty,
    /// No YAML (or, for vectors, no JSON).
    Syntax {
        /// What the parser says.
        detail: String,
    },
    /// `<<`.
    MergeKey,
    /// `*name` without `&name`.
    UnknownAnchor,
    /// A key twice in one mapping.
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A key that means nothing here.
    UnknownKey {
        /// The mapping it is in.
        of: String,
        /// The key.
        key: String,
        /// Suggestion.
        near: Option<String>,
        /// All that could stand here.
        known: Vec<String>,
    },
    /// A name that is none of a closed list.
    UnknownName {
        /// What it should name: `event`.
        what: String,
        /// The name.
        name: String,
        /// Suggestion.
        near: Option<String>,
        /// All that could stand here; empty if there are too many to list.
        known: Vec<String>,
    },
    /// A key that must be there.
    MissingKey {
        /// The mapping it is missing in.
        of: String,
        /// The key.
        key: String,
    },
    /// A value of another type.
    WrongType {
        /// What must stand here.
        expected: String,
        /// What stands here.
        found: String,
    },
    /// A number outside of its range.
    OutOfRange {
        /// What must stand here.
        expected: String,
        /// What stands here.
        found: String,
    },
    /// No span of time.
    BadDuration {
        /// What stands here.
        text: String,
    },
    /// Something that goes against the rest of the scenario.
    Conflict {
        /// What is wrong.
        says: String,
        /// What to do.
        help: String,
    },
    /// `${name}` that no matrix declares.
    UnknownParameter {
        /// The name.
        name: String,
        /// Suggestion.
        near: Option<String>,
    },
    /// A declared parameter that nothing uses.
    UnusedParameter {
        /// The name.
        name: String,
    },
    /// A matrix with more variants than allowed.
    TooManyVariants {
        /// How many.
        variants: usize,
        /// The limit.
        limit: usize,
    },
    /// An include that does not exist.
    UnknownInclude {
        /// The name.
        name: String,
        /// Suggestion.
        near: Option<String>,
    },
    /// An include that includes itself.
    IncludeCycle {
        /// The way around: `a -> b -> a`.
        chain: String,
    },
    /// An id that is taken.
    DuplicateId {
        /// The id.
        id: String,
        /// Where it was used first.
        first: Place,
    },
}

impl Problem {
    /// What is wrong, in one line.
    pub fn title(&self) -> String {
        match self {
            Self::Unreadable { .. } => "the file cannot be read".into(),
            Self::NotUtf8 { offset } => format!("byte {offset} is not UTF-8"),
            Self::TooLarge { bytes, limit } => {
                format!("the file has {bytes} bytes, and {limit} are the most allowed")
            }
            Self::TooComplex { what } => format!("too many {what}"),
            Self::Empty => "the file is empty".into(),
            Self::Syntax { detail } => format!("syntax error: {detail}"),
            Self::MergeKey => "merge keys are not allowed".into(),
            Self::UnknownAnchor => "no such anchor".into(),
            Self::DuplicateKey { key } => format!("`{key}` stands here twice"),
            Self::UnknownKey { of, key, .. } => format!("unknown field `{key}` in {of}"),
            Self::UnknownName { what, name, .. } => format!("unknown {what} `{name}`"),
            Self::MissingKey { of, key } => format!("{of} lacks `{key}`"),
            Self::WrongType { .. } => "wrong type".into(),
            Self::OutOfRange { .. } => "out of range".into(),
            Self::BadDuration { text } => format!("`{text}` is no duration"),
            Self::Conflict { says, .. } => says.clone(),
            Self::UnknownParameter { name, .. } => format!("unknown parameter `{name}`"),
            Self::UnusedParameter { name } => format!("parameter `{name}` is never used"),
            Self::TooManyVariants { variants, limit } => {
                format!("the matrix has {variants} variants, and {limit} are the most allowed")
            }
            Self::UnknownInclude { name, .. } => format!("there is no `{name}` to include"),
            Self::IncludeCycle { .. } => "the include includes itself".into(),
            Self::DuplicateId { id, .. } => format!("the id `{id}` is taken"),
        }
    }

    /// What to write beside the marked spot.
    pub fn label(&self) -> String {
        match self {
            Self::WrongType { expected, found } | Self::OutOfRange { expected, found } => {
                format!("expected {expected}, found {found}")
            }
            Self::IncludeCycle { chain } => chain.clone(),
            Self::DuplicateKey { .. } => "again here".into(),
            _ => String::new(),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unreadable { detail } => Some(detail.clone()),
            Self::Empty => Some("remove it, or write something into it".into()),
            Self::MergeKey => Some("write the entries out".into()),
            Self::BadDuration { .. } => {
                Some("write a whole number and its unit: 7ns, 250us, 5ms, 1s".into())
            }
            Self::Conflict { help, .. } => Some(help.clone()),
            Self::UnusedParameter { name } => Some(format!("write `${{{name}}}` somewhere")),
            Self::UnknownKey { near, known, .. } | Self::UnknownName { near, known, .. } => {
                did_you_mean(near.as_deref()).or_else(|| one_of(known))
            }
            Self::UnknownParameter { near, .. } => did_you_mean(near.as_deref())
                .or_else(|| Some("declare it under `parameters`".into())),
            Self::UnknownInclude { name, near } => did_you_mean(near.as_deref())
                .or_else(|| Some(format!("write the steps into common/{name}.yaml"))),
            Self::DuplicateId { first, .. } => Some(format!("it is used first at {first}")),
            Self::Syntax { detail } if detail.contains("tabs") => Some("indent with spaces".into()),
            _ => None,
        }
    }
}

fn did_you_mean(near: Option<&str>) -> Option<String> {
    near.map(|near| format!("did you mean `{near}`?"))
}

fn one_of(known: &[String]) -> Option<String> {
    (!known.is_empty()).then(|| {
        let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        format!("known here: {}", names.join(", "))
    })
}
