//! Why a fact is there, for an assistant. In: `kgloom explain --format json`. Out: sentences, or what else speaks for
//! it. Never: offsets, or how names came together.

use crate::mcp::answers::{Explanation, Sentence};
use serde_json::Value;

/// A `Score` is a whole number of these.
const CERTAIN: f64 = 10_000.0;

/// One of the explanations, with at most so many sentences.
pub(crate) fn shown(told: &Value, limit: usize) -> Explanation {
    let triple = &told["triple"];
    let (kind, from) = if let Some(facts) = told["facts"].as_array() {
        ("follows", facts.iter().collect())
    } else if told["probability"].is_number() {
        ("predicted", Vec::new())
    } else {
        ("stated", vec![told])
    };
    let mut sentences: Vec<Sentence> = from.into_iter().flat_map(sentences).collect();
    let more = sentences.len() > limit;
    sentences.truncate(limit);
    let end = |end: &str| told[end]["label"].as_str().map_or_else(|| name(&triple[end]), str::to_owned);
    Explanation {
        subject: end("subject"),
        relation: name(&triple["relation"]),
        object: end("object"),
        kind: kind.to_owned(),
        sentences,
        more,
        asserted: texts(&told["asserted"], "says"),
        rules: texts(&told["rules"], "label"),
        probability: told["probability"].as_f64(),
        because: if kind == "predicted" { texts(&told["evidence"], "text") } else { Vec::new() },
    }
}

fn sentences(fact: &Value) -> Vec<Sentence> {
    let evidence = fact["evidence"].as_array().map(Vec::as_slice).unwrap_or_default();
    let told = |one: &Value| {
        let text = texts(&one["sentences"], "marked").join(" […] ");
        let score = &one["score"];
        let certainty = score.as_u64().map(|score| score as f64 / CERTAIN).or_else(|| score.as_f64());
        Sentence { document: name(&one["document"]), text, certainty }
    };
    evidence.iter().map(told).filter(|sentence| !sentence.text.is_empty()).collect()
}

/// Texts, or the texts in a field of each.
fn texts(all: &Value, field: &str) -> Vec<String> {
    let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|one| one.as_str().or_else(|| one[field].as_str()).map(str::to_owned)).collect()
}

/// What a term says, in any of the forms in which terms come.
fn name(term: &Value) -> String {
    let literal = &term["Literal"]["value"];
    let forms = [term, &term["Name"], literal, &term["label"], &term["value"]];
    forms.iter().find_map(|form| form.as_str()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_stated_is_told_by_its_sentences() {
        let evidence = |score| {
            json!({ "document": "a.txt", "score": score, "head": {}, "tail": null, "sentences": [
                { "span": [0, 9], "marked": "«Ada» is here." }, { "span": [9, 20], "marked": "«She» works." } ] })
        };
        let told = json!({
            "triple": { "subject": "urn:ada", "relation": "urn:works", "object": { "Name": "urn:acme" } },
            "model": "m", "evidence": [evidence(9_100), evidence(100)],
            "asserted": [{ "id": "c1", "says": "assert it" }],
            "subject": { "entity": "urn:ada", "label": "Ada" }, "object": { "entity": "urn:acme", "label": "Acme" },
        });
        let shown = shown(&told, 1);
        assert_eq!((shown.subject.as_str(), shown.object.as_str(), shown.kind.as_str()), ("Ada", "Acme", "stated"));
        let sentence = Sentence {
            document: "a.txt".to_owned(),
            text: "«Ada» is here. […] «She» works.".to_owned(),
            certainty: Some(0.91),
        };
        assert_eq!(shown.sentences, [sentence]);
        assert!(shown.more);
        assert_eq!(shown.asserted, ["assert it"]);
        assert!(shown.because.is_empty());
    }

    #[test]
    fn what_follows_or_is_predicted_says_so() {
        let triple = json!({ "subject": "urn:a", "relation": "urn:r", "object": { "Literal": { "value": "1985" } } });
        let evidence = json!({ "document": "d", "score": 0.5, "sentences": [{ "marked": "x" }] });
        let fact = json!({ "triple": triple, "evidence": [evidence] });
        let follows = shown(&json!({ "triple": triple, "rules": ["owl:inverseOf"], "facts": [fact] }), 5);
        assert_eq!((follows.kind.as_str(), follows.object.as_str()), ("follows", "1985"));
        assert_eq!((follows.sentences.len(), follows.rules.len()), (1, 1));
        let link = json!({ "triple": triple, "probability": 0.6, "model": "m", "evidence": ["a path"] });
        let predicted = shown(&link, 5);
        assert_eq!((predicted.kind.as_str(), predicted.because.len()), ("predicted", 1));
        assert!(predicted.sentences.is_empty());
    }
}
