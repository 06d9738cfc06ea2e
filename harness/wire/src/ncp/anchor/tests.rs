use super::super::samples::{A1, PRODUCT, json};
use super::*;
use alloc::vec;

#[test]
fn identifiers_are_those_of_the_reference_and_the_published_vectors() {
    let five = r#"{"fields":[{"name":"id","semantic":"entity.id","type":"uint64"},{"name":"name",
        "semantic":"entity.label","type":"string"},{"name":"price","semantic":"commerce.price.usd",
        "type":"decimal"},{"name":"stock","semantic":"commerce.inventory.count","type":"uint64"},
        {"name":"sku","nullable":true,"semantic":"entity.sku","type":"string"}]}"#;
    let table = [
        // Reference 4.1 and ncp.anchor_id.001.
        (PRODUCT, A1),
        // Section 13, A2.
        (five, "sha256:429055b52cafae04601ac3b755d0d2e4ade7dbdc9e797ead036d55aa059c88be"),
        // ncp.anchor_id.002 and 003: the order of members makes no difference.
        (
            r#"{"fields":[{"name":"id","type":"uint64"},{"name":"name","type":"string"}]}"#,
            "sha256:8f02e05eee5c4e02f40567b4b17c3ceed022b9719aedc0774d520b63665e198c",
        ),
        (
            r#"{"fields":[{"type":"uint64","name":"id"},{"type":"string","name":"name"}]}"#,
            "sha256:8f02e05eee5c4e02f40567b4b17c3ceed022b9719aedc0774d520b63665e198c",
        ),
        // ncp.anchor_id.004.
        (
            r#"{"fields":[{"name":"lat","type":"decimal","semantic":"geo.latitude"},
                {"name":"lng","type":"decimal","semantic":"geo.longitude"}]}"#,
            "sha256:6f448d402076d3b9c2666598b7214551c599a3c2d9a5c3c79494074f8e9d2b10",
        ),
    ];
    for (schema, id) in table {
        let schema = json(schema);
        assert_eq!(anchor_id(&schema).as_deref(), Ok(id));
        assert_eq!(anchor_id_exact(&schema), id);
    }
    assert_eq!(product_schema(), json(PRODUCT));
}

#[test]
fn the_canonical_product_schema_is_the_printed_one() {
    let printed = concat!(
        r#"{"fields":[{"name":"id","semantic":"entity.id","type":"uint64"},"#,
        r#"{"name":"name","semantic":"entity.label","type":"string"},"#,
        r#"{"name":"price","semantic":"commerce.price.usd","type":"decimal"},"#,
        r#"{"name":"stock","semantic":"commerce.inventory.count","type":"uint64"}]}"#
    );
    assert_eq!(canonical(&json(PRODUCT)).as_deref(), Ok(printed.as_bytes()));
}

#[test]
fn order_of_fields_and_written_defaults_count() {
    let plain = json(r#"{"fields":[{"name":"a","type":"bool"},{"name":"b","type":"bool"}]}"#);
    let turned = json(r#"{"fields":[{"name":"b","type":"bool"},{"name":"a","type":"bool"}]}"#);
    let written = json(
        r#"{"fields":[{"name":"a","type":"bool","nullable":false},{"name":"b","type":"bool"}]}"#,
    );
    assert_ne!(anchor_id(&plain), anchor_id(&turned));
    assert_ne!(anchor_id(&plain), anchor_id(&written));
}

#[test]
fn numbers_in_a_schema_are_doubles() {
    // Digests of the texts with ...992 and ...847000, and of those with all digits, by hashlib.
    let odd = json(r#"{"fields":[],"n":9007199254740993}"#);
    assert_eq!(
        anchor_id(&odd).as_deref(),
        Ok("sha256:49f78846b62b7fc8148a7f28e38205b6389569973e8f907c33e0f8058f0f8ab4")
    );
    assert_eq!(
        anchor_id_exact(&odd),
        "sha256:de52e6dd282ad6d5de91fe2ff7a04e76a0b7c833aaa477bc988ee993be4a164c"
    );
    let big = json(r#"{"fields":[],"n":1152921504606846976}"#);
    assert_eq!(
        anchor_id(&big).as_deref(),
        Ok("sha256:d45c131bc1eb79f07dc25b1bbb8e6f5c0682d9cea9c5a5cae61f2c3d74226338")
    );
    assert_eq!(
        anchor_id_exact(&big),
        "sha256:9e4be2a514686e7fd585f81874370d42152ecc15a5058fc454adf25f0fa7b7fe"
    );
    let bytes = Value::Map(vec![("fields".into(), Value::Bytes(vec![1]))]);
    assert_eq!(anchor_id(&bytes), Err(Uncanonical::Bytes));
}

#[test]
fn an_identifier_has_64_digits_in_lower_case() {
    assert!(is_anchor_id(A1));
    // The placeholder of NCP §4.1 has 62.
    assert!(!is_anchor_id(&A1[..A1.len() - 2]));
    assert!(!is_anchor_id(&A1.to_uppercase().replace("SHA", "sha")));
    assert!(!is_anchor_id(&A1.replace("sha256:", "sha512:")));
    assert!(!is_anchor_id(&A1.replace("d3", "g3")));
    assert!(!is_anchor_id(&A1.replace("d31", "d3")));
    assert!(!is_anchor_id("nps:system:caps"));
    assert!(is_system_ref("nps:system:caps"));
    assert!(is_system_ref("nps:system:aggregate:result"));
    assert!(!is_system_ref("nps:system:"));
    assert!(!is_system_ref(A1));
}

#[test]
fn a_schema_is_read() {
    let text = r#"{"fields":[
        {"name":"a","type":"int64","semantic":"geo.latitude.degrees","nullable":true},
        {"name":"b","type":"timestamp","semantic":null,"extra":1}
    ],"extra":{}}"#;
    let schema = check_schema(&json(text)).expect("the schema is fine");
    assert_eq!(
        schema.fields,
        [
            Field {
                name: "a".into(),
                kind: FieldType::Int64,
                semantic: Some("geo.latitude.degrees".into()),
                nullable: true,
            },
            Field { name: "b".into(), kind: FieldType::Timestamp, semantic: None, nullable: false },
        ]
    );
    assert_eq!(schema.field("b").map(|field| field.kind), Some(FieldType::Timestamp));
    assert_eq!(schema.field("c"), None);
    assert_eq!(check_schema(&json(r#"{"fields":[]}"#)), Ok(Schema::default()));
}

#[test]
fn a_malformed_schema_names_its_fault() {
    use SchemaFault::*;
    let table = [
        ("[]", Shape, "NCP-ANCHOR-001", false),
        ("{}", Fields, "NCP-ANCHOR-001", false),
        (r#"{"fields":{}}"#, Fields, "NCP-ANCHOR-001", false),
        (r#"{"fields":["a"]}"#, Descriptor, "NCP-ANCHOR-008", false),
        (r#"{"fields":[{"type":"bool"}]}"#, Name, "NCP-ANCHOR-008", false),
        (r#"{"fields":[{"name":1,"type":"bool"}]}"#, Name, "NCP-ANCHOR-008", false),
        (r#"{"fields":[{"name":"a"}]}"#, Untyped, "NCP-ANCHOR-008", false),
        (r#"{"fields":[{"name":"a","type":"float64"}]}"#, Type, "NCP-ANCHOR-009", false),
        (r#"{"fields":[{"name":"a","type":"Bool"}]}"#, Type, "NCP-ANCHOR-009", false),
        (
            r#"{"fields":[{"name":"a","type":"bool","semantic":"price"}]}"#,
            Semantic,
            "NCP-ANCHOR-011",
            true,
        ),
        (
            r#"{"fields":[{"name":"a","type":"bool","semantic":"price."}]}"#,
            Semantic,
            "NCP-ANCHOR-011",
            true,
        ),
        (
            r#"{"fields":[{"name":"a","type":"bool","nullable":"no"}]}"#,
            Nullable,
            "NCP-TIER-011",
            true,
        ),
        (
            r#"{"fields":[{"name":"a","type":"bool"},{"name":"a","type":"bool"}]}"#,
            Duplicate,
            "NCP-ANCHOR-008",
            true,
        ),
    ];
    for (text, fault, requirement, lenient) in table {
        let schema = json(text);
        assert_eq!(read_schema(&schema), Err(fault), "{text}");
        let violation = check_schema(&schema).expect_err("it is malformed");
        assert_eq!(violation.code, "NCP-ANCHOR-SCHEMA-INVALID");
        assert_eq!(violation.status, "NPS-CLIENT-BAD-FRAME");
        assert_eq!((violation.requirement, violation.lenient), (requirement, lenient), "{text}");
    }
    // A fault that everybody has to see comes before one that may pass.
    let both = r#"{"fields":[{"name":"a","type":"bool","nullable":1},{"name":"b","type":"bit"}]}"#;
    assert_eq!(read_schema(&json(both)), Err(Type));
}

#[test]
fn all_nine_types_are_known_and_no_other() {
    let names = "string uint64 int64 decimal bool timestamp bytes object array";
    assert!(FieldType::ALL.map(FieldType::name).into_iter().eq(names.split(' ')));
    for kind in FieldType::ALL {
        assert_eq!(FieldType::from_name(kind.name()), Some(kind));
    }
    assert_eq!(FieldType::from_name("number"), None);
}

#[test]
fn an_anchor_is_verified() {
    let schema = json(PRODUCT);
    assert_eq!(verify(A1, &schema).map(|schema| schema.fields.len()), Ok(4));
    // NG-12: the first digit changed from d to e.
    let fault = verify(&A1.replace(":d", ":e"), &schema).expect_err("digest");
    assert_eq!((fault.code, fault.status), ("NCP-ANCHOR-ID-MISMATCH", "NPS-CLIENT-CONFLICT"));
    assert_eq!(fault.also, ["NCP-ANCHOR-SCHEMA-INVALID"]);
    // NG-13: 62 digits.
    let fault = verify(&A1[..A1.len() - 2], &schema).expect_err("form");
    assert_eq!((fault.code, fault.requirement), ("NCP-ANCHOR-SCHEMA-INVALID", "NCP-ANCHOR-002"));
    assert_eq!(fault.also, ["NCP-ANCHOR-ID-MISMATCH"]);
    // A malformed schema comes before its digest (A04).
    let fault = verify(A1, &json("{}")).expect_err("schema");
    assert_eq!(fault.code, "NCP-ANCHOR-SCHEMA-INVALID");
}
