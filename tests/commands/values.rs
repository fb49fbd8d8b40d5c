//! Dates and denials from the command line, read by the shipped model.

use super::Sandbox;

const DATES: &str = "SELECT ?d ?p ?v { GRAPH ?d { ?s ?p ?v } FILTER(ISLITERAL(?v)) \
    FILTER(STRSTARTS(STR(?p), STR(wdt:))) } ORDER BY ?d ?p ?v";
const FACTS: &str = "SELECT ?d ?s ?p ?o { GRAPH ?d { ?s ?p ?o } FILTER(STRSTARTS(STR(?p), STR(wdt:))) }";

fn sandbox(texts: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_shipped_model();
    texts.iter().for_each(|(name, text)| sandbox.write(&format!("{name}.txt"), text));
    let names: Vec<String> = texts.iter().map(|(name, _)| format!("{name}.txt")).collect();
    let arguments: Vec<&str> = ["run"].into_iter().chain(names.iter().map(String::as_str)).collect();
    sandbox.done(&arguments);
    sandbox
}

/// The values of a document's facts of one relation.
fn values(rows: &[String], document: &str, relation: &str) -> Vec<String> {
    let of =
        |row: &&String| row.contains(&format!("document:{document}.txt,")) && row.contains(&format!("/{relation},"));
    rows.iter().filter(of).filter_map(|row| Some(row.rsplit_once(',')?.1.to_owned())).collect()
}

#[test]
fn dates_are_read_right_or_not_at_all() {
    let sandbox = sandbox(&[
        ("a1", "Ana Sobral (July 21, 1948 – March 3, 2010) was a Portuguese engineer."),
        ("a4", "John Carter Hale (born July 21, 1948) is an American politician from Ohio."),
        ("d00", "Marta Ekdal was born on 03/05/1921 in Gothenburg."),
        ("m1", "Marta Ekdal died on March 9 in Oslo."),
        ("m13", "The exhibition opened on June 7 and closed on July 9. Pieter Vos, who was born on June 7, opened it."),
        ("sun", "Sun Li\n\nSun Li (; born January 6, 1981 in Chongqing) is a female Chinese softball player.\n"),
        ("holt", "Ada Holt\n\nAda Holt (born 4 May 1961 in Leeds, England) is a British chemist.\n"),
    ]);
    let rows = sandbox.ask(DATES);
    assert_eq!(values(&rows, "a1", "P569"), ["1948-07-21"]);
    assert!(values(&rows, "a1", "P570").iter().all(|died| died == "2010-03-03"), "right or not at all: {rows:?}");
    assert_eq!(values(&rows, "a4", "P569"), ["1948-07-21"]);
    assert_eq!(values(&rows, "d00", "P569"), ["1921"]);
    assert_eq!(values(&rows, "sun", "P569"), ["1981-01-06"]);
    assert_eq!(values(&rows, "holt", "P569"), ["1961-05-04"]);
    assert!(rows.iter().all(|row| !row.contains("document:m1")), "no year is told: {rows:?}");

    let told = ["--date-order", "mdy", "--state", "told"];
    sandbox.done(&[&["run", "d00.txt", "--filter", "bundled"][..], &told].concat());
    assert_eq!(values(&sandbox.ask_with(DATES, &told), "d00", "P569"), ["1921-03-05"]);
    assert!(sandbox.done(&[&["status"][..], &told].concat()).contains("filter@"), "the filter stays on");
}

#[test]
fn what_is_denied_supposed_or_planned_is_a_rejection_that_says_so() {
    let sandbox = sandbox(&[
        ("n00", "Marta Ekdal was not born in Gothenburg."),
        ("n02", "Norsea Oil was not founded by Odd Falk."),
        ("n04", "It is false that Pieter Vos was born in Utrecht in 1934."),
        ("n06", "Some claim that Luca Ferri died in Verona, but there is no evidence for it."),
        ("n08", "Norsea Oil plans to acquire Bergen Shipping next year."),
        ("n10", "Contrary to rumours, Pieter Vos did not die in Amsterdam on 4 April 1999."),
        ("n12", "Luca Ferri failed to win the Nobel Prize in Literature in 1988."),
        ("n14", "Tilda Renn rejected an offer to work for Microsoft."),
        ("n16", "The novel imagines that Odd Falk was the president of Norway."),
        ("n18", "Odd Falk is not the father of Tilda Renn."),
        ("n20", "Harbour Press is no longer based in Bergen."),
        ("n22", "Norsea Oil is not a subsidiary of Shell."),
        ("n24", "Rumour has it that Norsea Oil was founded by Odd Falk."),
    ]);
    assert_eq!(sandbox.ask(FACTS), [] as [&str; 0]);
    let rejections = sandbox.ask("SELECT DISTINCT ?r { GRAPH kgloom:rejected { ?x kgloom:reason ?r } }");
    for reason in ["the text denies it", "the text only supposes it", "the text only passes it on"] {
        assert!(rejections.iter().any(|told| told == reason), "{reason}: {rejections:?}");
    }

    sandbox.write("n00.txt", "Marta Ekdal was born in Gothenburg.");
    sandbox.done(&["run", "n00.txt"]);
    assert!(sandbox.ask(FACTS).iter().any(|row| row.contains("P19")), "what is stated is heard");
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}
