//! A decoded payload.

use crate::vectors::bytes::{Problem, digits};
use serde_json::Value;

/// A value of either encoding.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `null`, `nil`.
    Nil,
    /// A truth value.
    Bool(bool),
    /// An integer of up to 64 bits, with or without sign.
    Int(i128),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An array.
    List(Vec<Self>),
    /// An object; its members in the order in which they stand.
    Map(Vec<(String, Self)>),
}

/// The member under which vector files write bytes.
const BYTES: &str = "$hex";

impl Tree {
    /// What a vector file says. Members are sorted by the bytes of their names.
    pub fn of(value: &Value) -> Result<Self, Problem> {
        Ok(match value {
            Value::Null => Self::Nil,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => {
                let integer = number.as_u64().map(i128::from);
                let integer = integer.or_else(|| number.as_i64().map(i128::from));
                match (integer, number.as_f64()) {
                    (Some(integer), _) => Self::Int(integer),
                    (None, Some(float)) => Self::Float(float),
                    (None, None) => return Err(format!("{number} is too large")),
                }
            }
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => {
                Self::List(items.iter().map(Self::of).collect::<Result<_, _>>()?)
            }
            Value::Object(members) => match (members.len(), members.get(BYTES)) {
                (1, Some(Value::String(text))) => Self::Bytes(digits(text)?),
                _ => {
                    let member = |(name, value): (&String, &Value)| {
                        Self::of(value).map(|value| (name.clone(), value))
                    };
                    let mut members = members.iter().map(member).collect::<Result<Vec<_>, _>>()?;
                    members.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
                    Self::Map(members)
                }
            },
        })
    }

    /// The member called `name`.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The members; none if it is no object.
    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The items; `None` if it is no array.
    pub fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text; `None` if it is none.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether both mean the same: numbers by value, members in any order.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Self::Map(a), Self::Map(_)) => {
                let alike = |(name, a): &(String, Self)| other.get(name).is_some_and(|b| a.same(b));
                a.len() == other.members().len() && a.iter().all(alike)
            }
            (Self::Int(a), Self::Float(b)) | (Self::Float(b), Self::Int(a)) => {
                super::json::number(*b) == a.to_string()
            }
            (a, b) => a == b,
        }
    }

    /// The value at a JSON Pointer, which must have been there or be a new member or item.
    pub fn place(&mut self, pointer: &str) -> Result<(&mut Self, String), Problem> {
        let lost = || format!("nothing at {pointer}");
        let (parents, last) = pointer.rsplit_once('/').ok_or_else(lost)?;
        let mut here = self;
        for step in parents.split('/').skip(1) {
            let step = unescape(step);
            here = match here {
                Self::Map(members) => {
                    let member = members.iter_mut().find(|(name, _)| *name == step);
                    member.map(|(_, value)| value).ok_or_else(lost)?
                }
                Self::List(items) => {
                    let index: usize = step.parse().map_err(|_| lost())?;
                    items.get_mut(index).ok_or_else(lost)?
                }
                _ => return Err(lost()),
            };
        }
        Ok((here, unescape(last)))
    }
}

/// A step of a JSON Pointer.
pub fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
