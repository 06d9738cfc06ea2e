use super::list::{list, open};
use std::collections::BTreeSet;

#[test]
fn mutants_have_names_of_their_own() {
    let names: BTreeSet<&str> = list().iter().map(|info| info.name).collect();
    assert_eq!(names.len(), list().len());
    assert_eq!(open("flawless").err().expect("no such mutant").kind(), "start");
}
