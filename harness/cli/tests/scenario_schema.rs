//! The schema for editors is the one that the loader's own tables give.

use std::path::Path;
use wireproof_runner::scenario::schema;
use wireproof_wire::nnrp::Nnrp;

#[test]
fn the_committed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/schema.json");
    let current = schema::text::<Nnrp>();
    if std::env::var_os("WIREPROOF_BLESS").is_some() {
        std::fs::write(&path, &current).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == current, "scenarios/schema.json is old: run `cargo xtask bless`");
}
