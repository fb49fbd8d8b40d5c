//! Links that the graph lacks, as users meet them.

use super::Sandbox;

/// Sixty people of sixteen towns in four lands; every third has no employer in the land.
fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    let first = ["Ada", "Bela", "Cora", "Dora", "Edda", "Fina", "Gita", "Hela", "Ida", "Jana"];
    let last = ["Marn", "Tosk", "Velt", "Quill", "Brandt", "Ostrow"];
    let towns = ["Ardin", "Belm", "Corva", "Drost", "Elmar", "Farn", "Gild", "Holt"];
    for (number, town) in towns.iter().enumerate() {
        let land = ["Norland", "Sudland"][number % 2];
        sandbox.write(&format!("texts/{town}.txt"), &format!("{town} lies in {land}."));
    }
    for (number, name) in first.iter().flat_map(|first| last.map(|last| format!("{first} {last}"))).enumerate() {
        let (town, land) = (towns[number % 8], ["Norland", "Sudland"][number % 2]);
        let died = if number % 4 == 0 { String::new() } else { format!(" {name} died in {land}.") };
        sandbox.write(&format!("texts/p{number}.txt"), &format!("{name} was born in {town}.{died}"));
    }
    sandbox.done(&["run", "texts"]);
    sandbox
}

#[test]
fn predictions_are_written_follow_edits_and_are_verified() {
    let sandbox = world();
    let said = sandbox.done(&["train", "links"]);
    assert!(said.contains("predictor") && said.contains("expected calibration error"), "{said}");
    let said = sandbox.done(&["predict", "--probability", "0.1"]);
    assert!(said.contains("links are predicted"), "{said}");
    let predicted = |name: &str| {
        sandbox.ask(&format!(
            "SELECT ?p {{ ?h rdfs:label \"{name}\" GRAPH kgloom:predicted {{ ?h wdt:P20 ?t . \
             ?x kgloom:head ?h ; kgloom:relation wdt:P20 ; kgloom:tail ?t ; kgloom:probability ?p ; kgloom:model ?m ; \
             kgloom:evidence ?why }} ?t rdfs:label \"Norland\" }}"
        ))
    };
    assert!(!predicted("Ada Marn").is_empty());
    let said = sandbox.kgloom(&["explain", "Ada Marn", "place of death", "Norland"]);
    let (code, why) = (said.code, said.out);
    assert!(
        code == 1 && why.contains("the graph does not state it; predicted by") && why.contains("  because "),
        "{why}"
    );
    let listed = sandbox.kgloom(&["explain", "Ada Marn", "place of death"]);
    assert!(listed.code == 1 && listed.out.contains("[predicted, 0."), "{}{}", listed.out, listed.err);
    let nothing = sandbox.kgloom(&["explain", "Ada Marn", "employer"]);
    assert!(nothing.code == 1 && nothing.err.contains("says nothing of the kind"), "{}", nothing.err);
    assert!(sandbox.done(&["verify"]).contains("equal"));
    // The functions of SPARQL say the same.
    let sparql = "SELECT ?n { ?h rdfs:label \"Ada Marn\" . (?t ?p) kgloom:predicted (?h wdt:P20 1) . ?t rdfs:label ?n \
                  BIND(kgloom:probability(?h, wdt:P20, ?t) AS ?q) BIND(kgloom:evidence(?h, wdt:P20, ?t) AS ?why) \
                  FILTER(?p = ?q && STRLEN(?why) > 0) }";
    assert_eq!(sandbox.ask(sparql), ["Norland"]);
    // An entity that nobody has seen in training is scored too.
    sandbox.kgloom_with_input(&["put", "--id", "new", "-"], "Zora Neu was born in Ardin.");
    assert!(!predicted("Zora Neu").is_empty());
    // What is stated is predicted no more, and what goes takes its predictions along.
    sandbox.kgloom_with_input(&["put", "--id", "new", "-"], "Zora Neu was born in Ardin. Zora Neu died in Norland.");
    assert!(predicted("Zora Neu").is_empty());
    sandbox.done(&["delete", "new", "texts/p0.txt"]);
    assert!(predicted("Ada Marn").is_empty());
    assert!(sandbox.done(&["verify"]).contains("equal"));
    let before = sandbox.done(&["export", "--all-graphs", "--format", "nq"]);
    // The same graph has the same predictions, whatever its history.
    let fresh = world();
    fresh.done(&["delete", "texts/p0.txt"]);
    std::fs::create_dir_all(fresh.path().join("kgloom-state/links")).unwrap();
    for file in ["predictor.json", "predictor.safetensors"] {
        let at = format!("kgloom-state/links/{file}");
        std::fs::copy(sandbox.path().join(&at), fresh.path().join(&at)).unwrap();
    }
    fresh.done(&["predict", "--probability", "0.1"]);
    let mine = |text: &str| {
        let mut lines: Vec<String> =
            text.lines().filter(|line| !line.contains("<urn:kgloom:meta>")).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(mine(&fresh.done(&["export", "--all-graphs", "--format", "nq"])), mine(&before));
    assert!(sandbox.done(&["predict", "--off"]).contains("off"));
    assert_eq!(sandbox.ask("SELECT ?s { GRAPH kgloom:predicted { ?s ?p ?o } }"), Vec::<String>::new());
    assert!(sandbox.done(&["verify"]).contains("equal"));
}

#[test]
fn a_question_is_answered_with_names_and_reasons() {
    let sandbox = world();
    sandbox.done(&["train", "links"]);
    let said = sandbox.done(&["predict", "--head", "Ada Marn", "--relation", "place of death"]);
    let row = said.lines().find(|line| line.contains("Norland")).unwrap_or_default();
    assert!(row.contains("0.") && row.contains("wdt:P"), "{said}");
    let everybody = sandbox.done(&[
        "predict",
        "--tail",
        "Norland",
        "--relation",
        "P20",
        "--most",
        "60",
        "--probability",
        "0",
        "--format",
        "json",
    ]);
    let answers: serde_json::Value = serde_json::from_str(&everybody).expect("it is JSON");
    let stated =
        |answer: &&serde_json::Value| answer["stated"] == true && answer["tail"] == "urn:kgloom:location:Norland";
    assert!(answers.as_array().expect("a list").iter().filter(stated).count() > 10, "{everybody}");
    // What speaks for an answer is told the way round that it is stated.
    let said = sandbox.done(&["predict", "--head", "Ada Marn", "--relation", "P20", "--format", "json"]);
    let answers: serde_json::Value = serde_json::from_str(&said).expect("it is JSON");
    let evidence = answers.as_array().into_iter().flatten().flat_map(|answer| answer["evidence"].as_array().cloned());
    let like: Vec<String> = evidence.flatten().map(|told| told.to_string()).filter(|t| t.contains("nearest")).collect();
    assert!(!like.is_empty() && like.iter().all(|told| told.contains("wdt:P20 location:")), "{like:?}");
    let sure = sandbox.kgloom(&["predict", "--head", "Ada Marn", "--relation", "P20", "--probability", "1"]);
    assert!(sure.code == 0 && !sure.out.contains("Norland") && sure.out.contains("nothing likely"), "{}", sure.out);
    assert!(sure.err.contains("no answer that the graph lacks has a probability of 1.0000"), "{}", sure.err);
    // Rows come in the order of their probability.
    let answers: Vec<serde_json::Value> = serde_json::from_str(&everybody).expect("it is JSON");
    assert!(
        answers.len() > 20 && answers.is_sorted_by_key(|answer| -answer["probability"].as_f64().expect("a number"))
    );
    // Who has the one value that can be is asked nothing, and is no answer to who has it elsewhere.
    let settled = sandbox.kgloom(&["predict", "--head", "Bela Marn", "--relation", "P19", "--probability", "0"]);
    let rows = settled.out.lines().filter(|line| line.contains("location:")).count();
    assert!(rows == 1 && settled.out.contains("stated"), "{}", settled.out);
    assert!(settled.err.contains("the one value that it can have"), "{}", settled.err);
    let heads = sandbox.done(&[
        "predict",
        "--tail",
        "Ardin",
        "--relation",
        "P19",
        "--most",
        "80",
        "--probability",
        "0",
        "--format",
        "json",
    ]);
    let heads: Vec<serde_json::Value> = serde_json::from_str(&heads).expect("it is JSON");
    assert!(!heads.is_empty() && heads.iter().all(|head| head["stated"] == true), "all are born somewhere");
    // An inverse is asked for by what is stated.
    let inside = sandbox.done(&["predict", "--head", "Norland", "--relation", "P150", "--format", "json"]);
    assert!(inside.contains("\"urn:kgloom:location:Ardin\"") && inside.contains("P131"), "{inside}");
}

#[test]
fn what_is_missing_for_predictions_is_said() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Lovelace was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    let said = sandbox.kgloom(&["predict"]);
    assert!(said.code == 66 || said.err.contains("kgloom train links"), "{} {}", said.code, said.err);
    let said = sandbox.kgloom(&["train", "links"]);
    assert!(said.code == 78 && said.err.contains("a predictor needs 50"), "{} {}", said.code, said.err);
    let said = sandbox.kgloom(&["predict", "--relation", "P19"]);
    assert!(said.code == 2 && said.err.contains("--head or --tail"), "{}", said.err);
}

#[test]
fn vectors_are_exported_and_stand_in_the_store_where_asked_for() {
    let sandbox = world();
    sandbox.done(&["train", "links"]);
    for (format, file) in [("npy", "entities.npy"), ("parquet", "relations.parquet"), ("nq", "entities.nq")] {
        let said = sandbox.done(&["export", "vectors", "--format", format, "--out", "vectors"]);
        assert!(said.contains("numbers") && sandbox.path().join("vectors").join(file).is_file(), "{said}");
    }
    sandbox.done(&["predict", "--vectors"]);
    let count = || sandbox.ask("SELECT (COUNT(*) AS ?n) { GRAPH kgloom:vectors { ?s kgloom:vector ?v } }");
    let before: usize = count()[0].parse().expect("a number");
    sandbox.kgloom_with_input(&["put", "--id", "new", "-"], "Zora Neu was born in Ardin.");
    assert_eq!(count(), [(before + 1).to_string()]);
    assert!(sandbox.done(&["verify"]).contains("equal"));
}
