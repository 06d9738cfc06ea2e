//! `parameters` and `carriers`: what multiplies a scenario.

use super::Reader;
use crate::scenario::error::Problem;
use crate::scenario::format::{Node, Tree};
use crate::scenario::matrix::Parameter;
use wireproof_base::Carrier;

/// The parameters of an outline, in the order of the file.
pub fn parameters(reader: &mut Reader<'_>, outline: &Node) -> Vec<Parameter> {
    let Some(node) = outline.get("parameters") else { return vec![] };
    if !matches!(node.value, Tree::Map(_)) {
        reader.wrong_type(node, "a mapping from names to lists of values");
        return vec![];
    }
    let mut parameters = Vec::new();
    for (key, list) in node.entries() {
        let items = reader.items(list, "a list of values");
        if items.is_empty() && matches!(list.value, Tree::List(_)) {
            let says = format!("parameter `{}` has no value", key.name);
            reader.conflict(&list.place, says, "name at least one");
        }
        let mut values: Vec<String> = Vec::new();
        for item in items {
            let Some(value) = reader.text(item) else { continue };
            if values.contains(&value) {
                let says = format!("`{value}` stands here twice");
                reader.conflict(&item.place, says, "each value makes a variant; name it once");
            }
            values.push(value);
        }
        parameters.push(Parameter { name: key.name.clone(), values, place: key.place.clone() });
    }
    let variants = parameters.iter().fold(1usize, |n, p| n.saturating_mul(p.values.len()));
    if variants > MOST_VARIANTS {
        let problem = Problem::TooManyVariants { variants, limit: MOST_VARIANTS };
        reader.error(&node.place, problem);
    }
    parameters
}

/// The carriers of an outline; `stream` if it names none.
pub fn carriers(reader: &mut Reader<'_>, outline: &Node) -> Vec<Carrier> {
    let Some(node) = outline.get("carriers") else { return vec![Carrier::Stream] };
    let mut carriers: Vec<Carrier> = Vec::new();
    let items = reader.items(node, "a list of carriers");
    if items.is_empty() && matches!(node.value, Tree::List(_)) {
        reader.conflict(&node.place, "the scenario has no carrier", "name at least one");
    }
    for item in items {
        let Some(carrier) = reader.carrier(item) else { continue };
        if carriers.contains(&carrier) {
            let says = format!("`{}` stands here twice", carrier.name());
            reader.conflict(&item.place, says, "each carrier makes a variant; name it once");
        }
        carriers.push(carrier);
    }
    if carriers.is_empty() { vec![Carrier::Stream] } else { carriers }
}

const MOST_VARIANTS: usize = 256;
