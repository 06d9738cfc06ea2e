use super::*;
use alloc::string::ToString as _;

fn address(text: &str) -> NodeAddress {
    NodeAddress::parse(text).expect("it is an address")
}

#[test]
fn an_address_has_host_port_and_path() {
    let read = address("nwp://api.example.com/products");
    assert_eq!((read.host.as_str(), read.port), ("api.example.com", 17_433));
    assert_eq!(read.path, ["products"]);
    assert_eq!(read.sub_path, None);
    let read = address("nwp://10.0.0.5:8443/a-1/B_2/query");
    assert_eq!((read.host.as_str(), read.port), ("10.0.0.5", 8443));
    assert_eq!(read.path, ["a-1", "B_2"]);
    assert_eq!(read.sub_path, Some(SubPath::Query));
    assert_eq!(address("nwp://[::1]/a").host, "[::1]");
    assert_eq!(address("nwp://[2001:db8::7]:1/a").port, 1);
    for text in ["nwp://h/a", "nwp://h:1/a/.nwm", "nwp://[::1]/a/b/stream"] {
        assert_eq!(address(text).to_string(), text);
    }
    assert_eq!(address("nwp://h:17433/a").to_string(), "nwp://h/a");
}

#[test]
fn the_seven_names_end_an_address() {
    let names = "query stream invoke subscribe actions .schema .nwm";
    assert!(SubPath::ALL.map(SubPath::name).into_iter().eq(names.split(' ')));
    for sub_path in SubPath::ALL {
        let text = alloc::format!("nwp://h/orders/{}", sub_path.name());
        assert_eq!(address(&text).sub_path, Some(sub_path));
    }
    // A node path needs a segment, so a single one is the node; in the middle a name is a segment.
    assert_eq!(address("nwp://h/query").path, ["query"]);
    assert_eq!(address("nwp://h/query").sub_path, None);
    assert_eq!(address("nwp://h/query/items").path, ["query", "items"]);
}

#[test]
fn malformed_addresses_name_their_part() {
    use Malformed::*;
    for (text, part) in [
        ("http://h/a", Scheme),
        ("NWP://h/a", Scheme),
        ("nwp:h/a", Scheme),
        ("nwp://h", Path),
        ("nwp://h/", Path),
        ("nwp://h/a/", Path),
        ("nwp://h//a", Path),
        ("nwp://h/a b", Path),
        ("nwp://h/a.b", Path),
        ("nwp://h/*", Path),
        ("nwp://h/.nwm", Path),
        ("nwp://h/.schema/a", Path),
        ("nwp://h/a?x=1", Path),
        ("nwp:///a", Host),
        ("nwp://:80/a", Host),
        ("nwp://user@h/a", Host),
        ("nwp://h%2/a", Host),
        ("nwp://[::1/a", Host),
        ("nwp://[::g]/a", Host),
        ("nwp://[::1]x/a", Host),
        ("nwp://h:/a", Port),
        ("nwp://h:0/a", Port),
        ("nwp://h:65536/a", Port),
        ("nwp://h:+1/a", Port),
        ("nwp://h:1:2/a", Port),
    ] {
        assert_eq!(NodeAddress::parse(text), Err(part), "{text}");
    }
    assert_eq!(address("nwp://h:65535/a").port, 65_535);
    assert_eq!(address("nwp://h%2d/a").host, "h%2d");
}

#[test]
fn identities_are_read_and_written() {
    for (text, entity, issuer, identifier) in [
        ("urn:nps:agent:ca.example.com:agent-1", Entity::Agent, "ca.example.com", Some("agent-1")),
        ("urn:nps:node:h:a_b.c", Entity::Node, "h", Some("a_b.c")),
        ("urn:nps:org:example.com", Entity::Org, "example.com", None),
        ("urn:nps:org:example.com:x", Entity::Org, "example.com", Some("x")),
    ] {
        let nid = Nid::parse(text).expect("it is an identity");
        assert_eq!(
            (nid.entity, nid.issuer.as_str(), nid.identifier.as_deref()),
            (entity, issuer, identifier)
        );
        assert_eq!(nid.to_string(), text);
    }
}

#[test]
fn malformed_identities_name_their_part() {
    use Malformed::*;
    let label = "a".repeat(64);
    for (text, part) in [
        ("urn:nps", Scheme),
        ("urn:NPS:agent:h:a", Scheme),
        ("urn:nps:user:h:a", Entity),
        ("urn:nps:", Entity),
        ("urn:nps:agent", Issuer),
        ("urn:nps:agent::a", Issuer),
        ("urn:nps:agent:-h:a", Issuer),
        ("urn:nps:agent:h-:a", Issuer),
        ("urn:nps:agent:h..i:a", Issuer),
        ("urn:nps:agent:h_i:a", Issuer),
        (&alloc::format!("urn:nps:agent:{label}:a"), Issuer),
        ("urn:nps:agent:h", Identifier),
        ("urn:nps:node:h", Identifier),
        ("urn:nps:agent:h:", Identifier),
        ("urn:nps:org:h:", Identifier),
        ("urn:nps:node:h:a/b", Identifier),
        ("urn:nps:node:h:a:b", Identifier),
    ] {
        assert_eq!(Nid::parse(text), Err(part), "{text}");
    }
    assert!(Nid::parse(&alloc::format!("urn:nps:agent:{}:a", &label[1..])).is_ok());
}
