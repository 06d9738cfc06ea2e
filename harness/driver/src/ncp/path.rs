//! Names of nested members: `details.anchor_ref`, `data[0].name`, and `data.#` for a count.

use serde_json::{Map, Value};

/// One step down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// To a member.
    Name(&'a str),
    /// To an item.
    Index(usize),
}

/// What stands after the last step of a name that counts.
const COUNT: &str = "#";

/// The steps of a name. `None` if it is none.
pub fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Name(name));
        while !rest.is_empty() {
            let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

/// The member at the top that a path leads through.
pub fn root(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}

/// Puts `value` where `path` leads. Objects on the way are made, items only one by one at the end.
/// `None` if there is no such place.
pub fn set(members: &mut Map<String, Value>, path: &str, value: Value) -> Option<()> {
    let steps = steps(path)?;
    let (Step::Name(first), rest) = steps.split_first()? else { return None };
    let mut at = members.entry((*first).to_owned()).or_insert(Value::Null);
    for step in rest {
        at = match *step {
            Step::Name(name) => {
                if at.is_null() {
                    *at = Value::Object(Map::new());
                }
                at.as_object_mut()?.entry(name.to_owned()).or_insert(Value::Null)
            }
            Step::Index(index) => {
                if at.is_null() {
                    *at = Value::Array(Vec::new());
                }
                let items = at.as_array_mut()?;
                if items.len() == index {
                    items.push(Value::Null);
                }
                items.get_mut(index)?
            }
        };
    }
    *at = value;
    Some(())
}

/// Takes away what `path` leads to. `None` if there is nothing.
pub fn remove(members: &mut Map<String, Value>, path: &str) -> Option<Value> {
    let steps = steps(path)?;
    let (last, way) = steps.split_last()?;
    if way.is_empty() {
        return members.remove(path);
    }
    let (Step::Name(first), rest) = way.split_first()? else { return None };
    let mut at = members.get_mut(*first)?;
    for step in rest {
        at = match *step {
            Step::Name(name) => at.get_mut(name)?,
            Step::Index(index) => at.get_mut(index)?,
        };
    }
    match (*last, at) {
        (Step::Name(name), Value::Object(members)) => members.remove(name),
        (Step::Index(index), Value::Array(items)) if index < items.len() => {
            Some(items.remove(index))
        }
        _ => None,
    }
}

/// Lists `value` and everything inside it under its full name, counts included.
pub fn flatten(out: &mut Map<String, Value>, path: &str, value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                flatten(out, &format!("{path}.{name}"), value);
            }
        }
        Value::Array(items) => {
            out.insert(format!("{path}.{COUNT}"), items.len().into());
            for (index, value) in items.iter().enumerate() {
                flatten(out, &format!("{path}[{index}]"), value);
            }
        }
        _ => {}
    }
    out.insert(path.to_owned(), value.clone());
}

#[cfg(test)]
mod tests {
    use super::{Step, flatten, remove, root, set, steps};
    use serde_json::{Map, Value, json};

    fn members(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn a_name_leads_through_members_and_items() {
        let expected = [Step::Name("data"), Step::Index(0), Step::Index(12), Step::Name("id")];
        assert_eq!(steps("data[0][12].id").as_deref(), Some(&expected[..]));
        for none in ["", "a.", ".a", "a[", "a[x]", "a[1]b", "[0]"] {
            assert_eq!(steps(none), None, "{none}");
        }
        assert_eq!(
            (root("data[0].id"), root("details.x"), root("seq")),
            ("data", "details", "seq")
        );
    }

    #[test]
    fn values_are_set_and_removed_where_they_stand() {
        let mut all = members(json!({"data": [{"id": 1}], "seq": 0}));
        assert_eq!(set(&mut all, "data[0].id", json!(2)), Some(()));
        assert_eq!(set(&mut all, "data[1]", json!("x")), Some(()));
        assert_eq!(set(&mut all, "details.stream_id", json!("s")), Some(()));
        assert_eq!(set(&mut all, "data[5]", json!(0)), None);
        assert_eq!(set(&mut all, "seq.x", json!(0)), None);
        let expected = json!({"data": [{"id": 2}, "x"], "seq": 0, "details": {"stream_id": "s"}});
        assert_eq!(Value::Object(all.clone()), expected);
        assert_eq!(remove(&mut all, "data[0].id"), Some(json!(2)));
        assert_eq!(remove(&mut all, "data[1]"), Some(json!("x")));
        assert_eq!(remove(&mut all, "details"), Some(json!({"stream_id": "s"})));
        assert_eq!(remove(&mut all, "nothing.here"), None);
        assert_eq!(Value::Object(all), json!({"data": [{}], "seq": 0}));
    }

    #[test]
    fn everything_inside_has_a_name_of_its_own() {
        let mut out = Map::new();
        flatten(&mut out, "data", &json!([{"id": 1, "tags": []}]));
        let expected = json!({
            "data": [{"id": 1, "tags": []}],
            "data.#": 1,
            "data[0]": {"id": 1, "tags": []},
            "data[0].id": 1,
            "data[0].tags": [],
            "data[0].tags.#": 0,
        });
        assert_eq!(Value::Object(out), expected);
    }
}
