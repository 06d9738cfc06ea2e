//! Steps and reactions.

use super::Reader;
use super::head::Head;
use super::keys::{self, MACHINE_STEPS, ROLES, STEPS};
use crate::scenario::error::{LoadError, Problem, nearest};
use crate::scenario::format::{Key, Node, Tree};
use crate::scenario::model::{Located, Peer, Reaction, Step, Sweep};
use wireproof_base::{Duration, Protocol, Role};
use wireproof_driver::Depth;

/// The lists of steps that can be included.
pub struct Includes<'a> {
    /// Their names.
    pub names: Vec<&'a str>,
    /// Reads one, with the parameters of the variant filled in.
    pub open: &'a dyn Fn(&str) -> Result<Node, Vec<LoadError>>,
}

impl Reader<'_> {
    /// Reads a list of steps into `out`. `chain` holds the includes on the way here.
    pub(super) fn steps<P: Protocol>(
        &mut self,
        head: &Head,
        node: &Node,
        includes: &Includes<'_>,
        chain: &mut Vec<String>,
        out: &mut Vec<Located<Step<P>>>,
    ) {
        for item in self.items(node, "a list of steps") {
            let nothing = Node { place: item.place.clone(), value: Tree::Null };
            let (key, content) = match &item.value {
                Tree::Text(name) => {
                    (Key { place: item.place.clone(), name: name.clone() }, &nothing)
                }
                Tree::Map(entries) if entries.len() == 1 => (entries[0].0.clone(), &entries[0].1),
                Tree::Map(entries) if entries.len() > 1 => {
                    let says = format!("two steps in one: `{}`", entries[1].0.name);
                    let help = "start each step with a dash, or indent what belongs to the first";
                    self.conflict(&entries[1].0.place, says, help);
                    continue;
                }
                _ => {
                    self.wrong_type(item, "a step");
                    continue;
                }
            };
            if key.name == "include" {
                self.include(head, content, includes, chain, out);
            } else if let Some(what) = self.step(head, &key, content) {
                out.push(Located { place: key.place, what });
            }
        }
    }

    fn include<P: Protocol>(
        &mut self,
        head: &Head,
        node: &Node,
        includes: &Includes<'_>,
        chain: &mut Vec<String>,
        out: &mut Vec<Located<Step<P>>>,
    ) {
        let Some(name) = self.text(node) else { return };
        if !includes.names.contains(&name.as_str()) {
            let near = nearest(&name, includes.names.iter().copied());
            return self.error(&node.place, Problem::UnknownInclude { name, near });
        }
        if chain.contains(&name) {
            let chain = format!("{} -> {name}", chain.join(" -> "));
            return self.error(&node.place, Problem::IncludeCycle { chain });
        }
        match (includes.open)(&name) {
            Ok(list) => {
                chain.push(name);
                self.steps(head, &list, includes, chain, out);
                chain.pop();
            }
            Err(errors) => self.errors.extend(errors),
        }
    }

    fn step<P: Protocol>(&mut self, head: &Head, key: &Key, node: &Node) -> Option<Step<P>> {
        let known = if head.depth == Depth::Machines { MACHINE_STEPS } else { STEPS };
        if !known.contains(&key.name.as_str()) {
            if let Some(other) = [STEPS, MACHINE_STEPS].concat().iter().find(|&&s| s == key.name) {
                let says = format!("`{other}` is no step at depth `{}`", head.depth);
                self.conflict(&key.place, says, "look at `depth` at the top of the file");
            } else {
                self.unknown_name(&key.place, "step", &key.name, known.iter().copied());
            }
            return None;
        }
        match key.name.as_str() {
            "client" => self.command(head, key, Role::Client, node),
            "server" => self.command(head, key, Role::Server, node),
            "send" => {
                if head.peer != Peer::Tester {
                    let says = "`send` needs a tester";
                    self.conflict(&key.place, says, "set `peer: tester`, or give a command");
                    return None;
                }
                self.send(node).map(Step::Send)
            }
            "broken" => {
                if head.peer != Peer::Tester {
                    let says = "`broken` needs a tester";
                    self.conflict(&key.place, says, "set `peer: tester`");
                    return None;
                }
                self.broken(head, node).map(Step::Broken)
            }
            "expect" => self.expect(head, node).map(Step::Expect),
            "absent" => self.absent(head, node).map(Step::Absent),
            "advance" => self.duration(node).map(Step::Advance),
            "apply" => self.apply(head, node).map(Step::Apply),
            "heal" => self.fields(node, "`heal`", &[]).map(|_| Step::Heal),
            _ => self.network_step(key, node),
        }
    }

    fn command<P: Protocol>(
        &mut self,
        head: &Head,
        key: &Key,
        node: Role,
        content: &Node,
    ) -> Option<Step<P>> {
        if head.peer == Peer::Tester && head.sut != [node] {
            let says = format!("there is no {node} to command");
            self.conflict(&key.place, says, "the other side is the tester: use `send`");
            return None;
        }
        self.value(content).map(|command| Step::Command { node, command })
    }

    fn network_step<P: Protocol>(&mut self, key: &Key, node: &Node) -> Option<Step<P>> {
        let of = format!("`{}`", key.name);
        match key.name.as_str() {
            "connect" => {
                let fields = self.fields(node, &of, keys::CONNECT)?;
                let carrier = fields.get("carrier");
                let carrier = match carrier {
                    Some(node) => Some(self.carrier(node)?),
                    None => None,
                };
                Some(Step::Connect { carrier })
            }
            "kill" => {
                let fields = self.fields(node, &of, keys::KILL)?;
                let conn = fields.get("conn").map_or(Some(Default::default()), |n| self.value(n));
                let after_bytes = match fields.get("after_bytes") {
                    Some(node) => Some(self.sweep(node)?),
                    None => None,
                };
                let from = self.role(fields.get("from"))?;
                Some(Step::Kill { conn: conn?, after_bytes, from })
            }
            "partition" => {
                let fields = self.fields(node, &of, keys::PARTITION)?;
                let span = fields.need(self, "for").and_then(|node| self.duration(node));
                let from = self.role(fields.get("from"))?;
                Some(Step::Partition { from, span: span? })
            }
            "hold" => {
                let fields = self.fields(node, &of, keys::HOLD)?;
                let conn = fields.get("conn").map_or(Some(Default::default()), |n| self.value(n));
                let span = fields.need(self, "for").and_then(|node| self.duration(node));
                let from = self.role(fields.get("from"))?;
                Some(Step::Hold { conn: conn?, from, span: span? })
            }
            "rebind" => {
                let fields = self.fields(node, &of, keys::REBIND)?;
                let conn = fields.get("conn").map_or(Some(Default::default()), |n| self.value(n));
                Some(Step::Rebind { conn: conn? })
            }
            "chunk" => {
                let fields = self.fields(node, &of, keys::CHUNK)?;
                let bytes = fields.need(self, "bytes")?;
                match self.value(bytes)? {
                    0 => {
                        self.conflict(&bytes.place, "a piece has at least one byte", "write 1");
                        None
                    }
                    bytes => Some(Step::Chunk { bytes }),
                }
            }
            _ => {
                let fields = self.fields(node, &of, keys::DISCONNECT)?;
                let conn = fields.get("conn").map_or(Some(Default::default()), |n| self.value(n));
                let node = self.role(fields.get("node"))?;
                Some(Step::Disconnect { conn: conn?, node })
            }
        }
    }

    /// One number, or `{from, to}` for every number of a range.
    fn sweep(&mut self, node: &Node) -> Option<Sweep> {
        if !matches!(node.value, Tree::Map(_)) {
            return self.value(node).map(|value| Sweep { from: value, to: value });
        }
        let fields = self.fields(node, "the range", keys::SWEEP)?;
        let from = fields.get("from").map_or(Some(0), |node| self.value(node));
        let to = fields.need(self, "to").and_then(|node| self.value(node));
        let (from, to): (u64, u64) = (from?, to?);
        if to < from || to - from >= Sweep::MOST {
            let help =
                format!("`from` comes first, and a range has {} values at most", Sweep::MOST);
            self.conflict(&node.place, format!("no range from {from} to {to}"), &help);
            return None;
        }
        Some(Sweep { from, to })
    }

    /// An optional role; the outer `None` is a mistake.
    fn role(&mut self, node: Option<&Node>) -> Option<Option<Role>> {
        match node {
            Some(node) => self.one_of(node, "node", ROLES).map(Some),
            None => Some(None),
        }
    }

    pub(super) fn reactions<P: Protocol>(&mut self, head: &Head, node: &Node) -> Vec<Reaction<P>> {
        let items = self.items(node, "a list of reactions");
        items.iter().filter_map(|item| self.reaction(head, item)).collect()
    }

    fn reaction<P: Protocol>(&mut self, head: &Head, item: &Node) -> Option<Reaction<P>> {
        let fields = self.fields(item, "the reaction", keys::REACTION)?;
        let node = fields.need(self, "node");
        let role = node.and_then(|node| self.one_of(node, "node", ROLES));
        if let (Some(node), Some(role)) = (node, role)
            && head.peer == Peer::Tester
            && head.sut != [role]
        {
            let says = format!("there is no {role} to react");
            self.conflict(&node.place, says, "the other side is the tester, which has no events");
        }
        let on = fields.need(self, "on").and_then(|node| self.event_pattern(node));
        let after = fields.get("after").map_or(Some(Duration::ZERO), |node| self.duration(node));
        let mut commands = Vec::new();
        if let Some(list) = fields.need(self, "do") {
            for command in self.items(list, "a list of commands") {
                commands.push(self.value::<P::Command>(command));
            }
        }
        let commands = commands.into_iter().collect::<Option<Vec<_>>>();
        let place = item.place.clone();
        Some(Reaction { node: role?, on: on?, after: after?, commands: commands?, place })
    }
}
