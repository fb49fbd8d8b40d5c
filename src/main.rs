//! kgloom.
fn main() {}
