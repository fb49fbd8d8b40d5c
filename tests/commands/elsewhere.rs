//! Texts that are read elsewhere, in parts, for a run here.

use super::Sandbox;

fn texts() -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["Ada", "Bela", "Cora", "Dora", "Edda", "Finn", "Gerd", "Hanna", "Ida"] {
        sandbox.write(&format!("texts/{name}.txt"), &format!("{name} Morgan was born in London."));
    }
    sandbox.write("texts/twice.txt", "Ada Morgan was born in London.");
    sandbox
}

#[test]
fn what_is_read_in_parts_is_not_read_again_and_gives_the_same_graph() {
    let sandbox = texts();
    let mut asked = 0;
    for part in ["1/3", "2/3", "3/3"] {
        let out = format!("{}.answers", &part[..1]);
        let told = sandbox.summary(&["read", "texts", "--shard", part, "--out", &out]);
        asked += told["asked"].as_u64().expect("a number");
        let again = sandbox.summary(&["read", "texts", "--shard", part, "--out", &out]);
        assert_eq!((again["asked"].as_u64(), again["elsewhere"] == told["elsewhere"]), (Some(0), true), "{again}");
    }
    assert_eq!(asked, 9, "each text once");
    let run = ["run", "texts", "--answers", "1.answers", "--answers", "2.answers", "--answers", "3.answers"];
    let told = sandbox.summary(&run);
    assert_eq!((told["asked"].as_u64(), told["put"].as_u64()), (Some(0), Some(10)), "{told}");
    sandbox.done(&["verify"]);
    let here = sandbox.done(&["export", "--format", "nq", "--all-graphs"]);
    sandbox.done(&["run", "texts", "--state", "other"]);
    assert_eq!(here, sandbox.done(&["export", "--format", "nq", "--all-graphs", "--state", "other"]));
}

#[test]
fn answers_that_are_cut_off_or_damaged_or_of_another_reader_are_told_by_name() {
    let sandbox = texts();
    sandbox.done(&["read", "texts", "--out", "all.answers"]);
    let path = sandbox.path().join("all.answers");
    let whole = std::fs::read(&path).expect("it is there");
    std::fs::write(&path, &whole[..whole.len() - 20]).expect("it is written");
    let told = sandbox.kgloom(&["run", "texts", "--answers", "all.answers"]);
    assert!(told.code == 0 && told.err.contains("ends within one"), "{}", told.err);
    sandbox.done(&["read", "texts", "--out", "all.answers"]);
    assert_eq!(std::fs::read(&path).expect("it is there").len(), whole.len());

    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 1;
    std::fs::write(&path, &bytes).expect("it is written");
    for command in [
        &["run", "texts", "--state", "other", "--answers", "all.answers"][..],
        &["read", "texts", "--out", "all.answers"],
    ] {
        let told = sandbox.kgloom(command);
        assert!(told.code != 0 && told.err.contains("all.answers") && told.err.contains("damaged"), "{}", told.err);
    }
    let text = String::from_utf8_lossy(&whole).replacen("toy", "top", 1);
    std::fs::write(&path, text.as_bytes()).expect("it is written");
    let told = sandbox.kgloom(&["run", "texts", "--answers", "all.answers"]);
    assert!(told.code != 0 && told.err.contains("toy") && told.err.contains("top"), "{}", told.err);

    let told = sandbox.kgloom(&["read", "texts", "--out", "x.answers", "--shard", "4/3"]);
    assert!(told.code != 0 && told.err.contains("1/4"), "{}", told.err);
    let told = sandbox.kgloom(&["read", "nothing", "--out", "x.answers"]);
    assert!(told.code != 0 && told.err.contains("nothing"), "{}", told.err);
}
