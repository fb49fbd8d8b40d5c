//! What does not belong, as users meet it.

use super::Sandbox;
use serde_json::Value;

/// Thirty people of six towns in two lands.
fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    let towns = ["Ardin", "Belm", "Corva", "Drost", "Elmar", "Farn"];
    for (number, town) in towns.iter().enumerate() {
        let land = ["Norland", "Sudland"][number % 2];
        sandbox.write(&format!("texts/{town}.txt"), &format!("{town} lies in {land}."));
    }
    let last = ["Marn", "Tosk", "Velt", "Quill", "Brandt", "Ostrow"];
    for (number, first) in ["Ada", "Bela", "Cora", "Dora", "Edda"].iter().enumerate() {
        for (other, last) in last.iter().enumerate() {
            let text = format!("{first} {last} was born in {}.", towns[(number + other) % towns.len()]);
            sandbox.write(&format!("texts/{first}-{last}.txt"), &text);
        }
    }
    sandbox.done(&["run", "texts"]);
    sandbox
}

fn unusual(sandbox: &Sandbox) -> Value {
    serde_json::from_str(&sandbox.done(&["unusual", "--most", "100", "--format", "json"])).expect("JSON")
}

#[test]
fn what_is_unusual_is_told_follows_edits_and_is_verified() {
    let sandbox = world();
    let without = sandbox.kgloom(&["unusual"]);
    assert!(without.code != 0 && without.err.contains("`kgloom train watch` pins what is usual"), "{}", without.err);
    let learnt: Value =
        serde_json::from_str(&sandbox.done(&["train", "watch", "--leave-out", "0.1", "--format", "json"]))
            .expect("JSON");
    assert!(learnt["documents"] == 33 && learnt["left_out"] == 3, "{learnt}");
    assert!(learnt["facts"].as_u64().is_some_and(|facts| facts >= 30), "{learnt}");
    let told = |what: &str| {
        sandbox.ask(&format!("SELECT ?n {{ GRAPH kgloom:watch {{ ?d kgloom:{what} ?n ; kgloom:model ?by }} }}")).len()
    };
    assert_eq!((told("novelty"), told("depth")), (36, 36));
    let facts = told("surprise");
    assert!(facts >= 30, "{facts}");
    assert!(sandbox.done(&["verify"]).contains("equal"));
    let report = unusual(&sandbox);
    assert!(report["window"]["items"] == 0 && report["documents"].as_array().is_some_and(|all| all.len() == 36));

    // What comes is told beside what was usual, and goes with what told of it.
    sandbox.kgloom_with_input(&["put", "--id", "new", "-"], "Zora Neu was born in Ardin.");
    assert_eq!((told("novelty"), told("surprise")), (37, facts + 1));
    let report = unusual(&sandbox);
    let new: Vec<&str> = report["documents"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|document| document["new"] == true)
        .filter_map(|document| document["document"].as_str())
        .collect();
    assert!(new == ["new"] && report["window"]["items"] == 1, "{report}");

    // Since an epoch that is over there is nothing.
    let status: Value = serde_json::from_str(&sandbox.done(&["status", "--format", "json"])).expect("JSON");
    let epoch = status["epoch"].as_u64().expect("a number");
    let since = |epoch: u64| -> Value {
        let told = sandbox.done(&["unusual", "--since", &epoch.to_string(), "--format", "json"]);
        serde_json::from_str::<Value>(&told).expect("JSON")["window"]["items"].clone()
    };
    assert_eq!((since(epoch - 1), since(epoch), since(0)), (1.into(), 0.into(), 1.into()));
    assert!(sandbox.done(&["verify"]).contains("equal"));
    sandbox.done(&["delete", "new"]);
    assert_eq!((told("novelty"), told("surprise")), (36, facts));
    assert!(sandbox.done(&["unusual"]).contains("no document came or was edited"));

    sandbox.done(&["train", "watch", "--off"]);
    assert_eq!((told("novelty"), told("surprise")), (0, 0));
    assert!(sandbox.done(&["verify"]).contains("equal"));
}
