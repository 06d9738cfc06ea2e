//! The top of a scenario: everything but its steps.

use super::check;
use super::keys::{self, DEPTHS, LEVELS, PEERS, PRESETS, ROLES};
use super::step::Includes;
use super::{Fields, Reader};
use crate::scenario::format::{Key, Node, Tree};
use crate::scenario::model::{Faults, Machine, Peer, Scenario, Setups};
use crate::scenario::place::Place;
use wireproof_base::{Carrier, Duration, Protocol, Role};
use wireproof_driver::Depth;

/// What steps are read against.
pub struct Head {
    /// Ids that the scenario checks.
    pub requirements: Vec<String>,
    /// How deep it goes.
    pub depth: Depth,
    /// Who is on the other side.
    pub peer: Peer,
    /// Roles that can be under test.
    pub sut: Vec<Role>,
}

/// Reads one variant of a scenario. `values` and `carrier` are what the matrix chose for it.
/// `None` if anything is wrong; the mistakes are in `reader`.
pub fn scenario<P: Protocol>(
    reader: &mut Reader<'_>,
    node: &Node,
    values: &[(String, String)],
    carriers: &[Carrier],
    carrier: Carrier,
    includes: &Includes<'_>,
) -> Option<Scenario<P>> {
    let before = reader.errors.len();
    let fields = reader.fields(node, "the scenario", keys::SCENARIO)?;
    let id = fields.need(reader, "id").and_then(|node| reader.id(node));
    let title = fields.need(reader, "title").and_then(|node| reader.text(node));
    if let Some(node) = fields.need(reader, "protocol") {
        reader.one_of(node, "protocol", &[(P::NAME, ())]);
    }
    let level = fields.need(reader, "level").and_then(|n| reader.one_of(n, "level", LEVELS));
    let head = reader.head(&fields);
    let setup = reader.setups::<P>(&fields);
    let (faults, seeds) = reader.faults(&fields);
    let reactions = fields.get("reactions").map(|node| reader.reactions(&head, node));
    let mut steps = Vec::new();
    if let Some(node) = fields.get("steps") {
        reader.steps(&head, node, includes, &mut Vec::new(), &mut steps);
    } else if fields.get("workload").is_none() {
        fields.need(reader, "steps");
    }
    let deadline = fields.get("deadline").map_or(Some(DEADLINE), |node| reader.duration(node));
    let sometimes = fields.get("sometimes").map(|node| reader.texts(node));
    let machine = reader.machine(&fields, &head);
    let base = id?;
    let mut variant = values.to_vec();
    if carriers.len() > 1 {
        variant.push(("carrier".to_owned(), carrier.name().to_owned()));
    }
    let scenario = Scenario {
        id: variant_id(&base, &variant),
        base,
        variant,
        title: title?,
        level: level?,
        depth: head.depth,
        peer: head.peer,
        carrier,
        setup: setup?,
        faults,
        seeds,
        reactions: reactions.unwrap_or_default(),
        steps,
        deadline: deadline?,
        workload: fields.get("workload").map(Node::json),
        machine,
        sometimes: sometimes.unwrap_or_default(),
        place: fields.get("id").map_or_else(|| node.place.clone(), |id| id.place.clone()),
        requirements: head.requirements,
        sut: head.sut,
    };
    check::scenario(reader, &scenario);
    (reader.errors.len() == before).then_some(scenario)
}

/// `flow.x[credit=2,carrier=multistream]`.
fn variant_id(base: &str, variant: &[(String, String)]) -> String {
    if variant.is_empty() {
        return base.to_owned();
    }
    let parts: Vec<String> =
        variant.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{base}[{}]", parts.join(","))
}

impl Reader<'_> {
    fn id(&mut self, node: &Node) -> Option<String> {
        let id = self.text(node)?;
        let word = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let parts: Vec<&str> = id.split('.').collect();
        if parts.len() != 2 || !parts.iter().all(|part| word(part)) {
            let help = "write area.name with lower case letters, digits and `_`";
            self.conflict(&node.place, format!("`{id}` is no id"), help);
            return None;
        }
        Some(id)
    }

    fn texts(&mut self, node: &Node) -> Vec<String> {
        let items = self.items(node, "a list of markers");
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    fn head(&mut self, fields: &Fields<'_>) -> Head {
        let requirements = match fields.need(self, "requirements") {
            Some(node) => {
                let items = self.items(node, "a list of requirement ids");
                if items.is_empty() && matches!(node.value, Tree::List(_)) {
                    let help = "name at least one requirement";
                    self.conflict(&node.place, "the scenario checks nothing", help);
                }
                items.iter().filter_map(|item| self.requirement(item)).collect()
            }
            None => vec![],
        };
        let depth = fields.get("depth").and_then(|node| self.one_of(node, "depth", DEPTHS));
        let peer = fields.get("peer").and_then(|node| self.one_of(node, "peer", PEERS));
        let (depth, peer) = (depth.unwrap_or(Depth::Stepped), peer.unwrap_or_default());
        let sut = match fields.get("sut") {
            Some(node) => {
                let items = self.items(node, "a list of roles");
                items.iter().filter_map(|item| self.one_of(item, "role", ROLES)).collect()
            }
            None if peer == Peer::Tester => {
                fields.need(self, "sut");
                vec![]
            }
            None => vec![Role::Client, Role::Server],
        };
        if let Some(node) = fields.get("sut")
            && peer == Peer::Tester
            && sut.len() != 1
        {
            let help = "write `sut: [client]` or `sut: [server]`";
            self.conflict(&node.place, "a tester faces exactly one role", help);
        }
        Head { requirements, depth, peer, sut }
    }

    fn setups<P: Protocol>(&mut self, fields: &Fields<'_>) -> Option<Setups<P>> {
        let (client, server) = match fields.get("setup") {
            Some(node) => {
                let roles = self.fields(node, "`setup`", keys::SETUP)?;
                (roles.get("client"), roles.get("server"))
            }
            None => (None, None),
        };
        let client = self.setup::<P>(client, Role::Client);
        let server = self.setup::<P>(server, Role::Server);
        Some(Setups { client: client?, server: server? })
    }

    /// A setup is told its role by the key it stands under.
    fn setup<P: Protocol>(&mut self, node: Option<&Node>, role: Role) -> Option<P::Setup> {
        let place = node.map_or_else(nowhere, |node| node.place.clone());
        let mut entries = Vec::new();
        if self.shapes.setup.get("role").is_some() {
            let value = Node { place: place.clone(), value: Tree::Text(role.name().to_owned()) };
            entries.push((Key { place: place.clone(), name: "role".to_owned() }, value));
        }
        if let Some(node) = node {
            let known: Vec<&str> =
                self.shapes.setup.names().into_iter().filter(|&name| name != "role").collect();
            self.fields(node, &format!("the setup of the {role}"), &known)?;
            let given = node.entries().iter();
            entries.extend(given.filter(|(key, _)| known.contains(&key.name.as_str())).cloned());
        }
        self.value(&Node { place, value: Tree::Map(entries) })
    }

    fn faults(&mut self, fields: &Fields<'_>) -> (Faults, u32) {
        let faults = match fields.get("faults") {
            None => Faults::None,
            Some(node) if matches!(node.value, Tree::Map(_)) => {
                self.value(node).map_or(Faults::None, Faults::Limits)
            }
            Some(node) => match self.one_of(node, "fault profile", PRESETS) {
                Some(Some(preset)) => Faults::Preset(preset),
                _ => Faults::None,
            },
        };
        let seeds = match (fields.entry("seeds"), &faults) {
            (Some((_, node)), Faults::Preset(_) | Faults::Limits(_)) => {
                self.value(node).unwrap_or(SEEDS)
            }
            (Some((key, _)), Faults::None) => {
                if fields.get("faults").is_none() {
                    let help = "add `faults`, or remove `seeds`";
                    self.conflict(&key.place, "seeds draw faults, and there are none", help);
                }
                0
            }
            (None, Faults::None) => 0,
            (None, _) => SEEDS,
        };
        (faults, seeds)
    }

    fn machine(&mut self, fields: &Fields<'_>, head: &Head) -> Option<Machine> {
        if head.depth != Depth::Machines {
            if let Some((key, _)) = fields.entry("machine").or_else(|| fields.entry("config")) {
                let says = format!("`{}` needs depth `machines`", key.name);
                self.conflict(&key.place, says, "set `depth: machines`");
            }
            return None;
        }
        let name = fields.need(self, "machine").and_then(|node| self.text(node))?;
        let config = fields.get("config").map_or_else(|| serde_json::json!({}), Node::json);
        Some(Machine { name, config })
    }
}

fn nowhere() -> Place {
    Place { file: "".into(), line: 1, column: 1, width: 0, text: "".into() }
}

const DEADLINE: Duration = Duration::from_millis(10_000);
const SEEDS: u32 = 8;
