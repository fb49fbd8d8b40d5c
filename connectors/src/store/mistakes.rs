//! What is wrong with a query, in a sentence. In: its text, and what the parser said. Out: the place, and what a person would say.
//! Never: the parser's table of all that it would have taken.

use super::PREFIXES;
use super::gate::{Token, next};

/// What changes a graph elsewhere.
const UPDATES: [&str; 11] =
    ["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH", "UPDATE"];
/// How a query begins.
const FORMS: [&str; 4] = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];
/// Letters of the query that are shown of the place where it was left.
const SHOWN: usize = 24;

/// What is said of an IRI that is none.
const NO_IRI: &str = "IRI parsing failed: an IRI is whole, such as <urn:kgloom:Person>, and has no space; BASE <IRI> completes short ones";

/// Where a query is wrong, as line and column from 1, and why.
pub(super) struct Mistake {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// What is wrong with a text that the parser did not take, by what it said: `error at LINE:COLUMN: expected …`.
pub(super) fn find(text: &str, said: &str) -> Mistake {
    let place = said.strip_prefix("error at ").and_then(|rest| {
        let (place, said) = rest.split_once(": ")?;
        let (line, column) = place.split_once(':')?;
        Some((line.parse().ok()?, column.parse().ok()?, said))
    });
    let (line, column, said) = place.unwrap_or((1, 1, said));
    let at = |byte: usize, message: String| {
        let (line, column) = position(text, byte);
        Mistake { line, column, message }
    };
    match beginning(text) {
        None => return Mistake { line, column, message: format!("it is empty; it begins with {}", FORMS.join(", ")) },
        Some((byte, word)) if UPDATES.iter().any(|update| word.eq_ignore_ascii_case(update)) => {
            let message = format!(
                "{} changes a graph, and updates are not taken: documents and corrections change this one (put, delete, assert \
                 and reject)",
                word.to_uppercase()
            );
            return at(byte, message);
        }
        Some((byte, word)) if FORMS.iter().all(|form| !word.eq_ignore_ascii_case(form)) => {
            return at(byte, format!("\"{}\" begins no query; it begins with {}", short(word), FORMS.join(", ")));
        }
        Some(_) => {}
    }
    if let Some((byte, prefix)) = unknown_prefix(text) {
        let known: Vec<&str> = PREFIXES.iter().map(|(known, _)| *known).collect();
        let message = format!(
            "the prefix \"{prefix}:\" is not known; known are {}, and PREFIX {prefix}: <IRI> at the beginning declares it",
            known.join(", ")
        );
        return at(byte, message);
    }
    if let Some(byte) = short_iri(text) {
        return at(byte, NO_IRI.to_owned());
    }
    if let Some((byte, message)) = brackets(text) {
        return at(byte, message);
    }
    let message = match sentence(said) {
        Some(sentence) => sentence.to_owned(),
        None => left(text, line, column),
    };
    Mistake { line, column, message }
}

/// Where the query itself begins behind its prefixes, and with which word; none where it is empty.
fn beginning(text: &str) -> Option<(usize, &str)> {
    let (mut rest, mut prologue) = (text, false);
    loop {
        let token = next(&mut rest, false)?;
        let end = text.len() - rest.len();
        match token {
            Token::Word(word) if word.eq_ignore_ascii_case("PREFIX") || word.eq_ignore_ascii_case("BASE") => {
                prologue = true;
            }
            // The prefix that is declared.
            Token::Word(word) if prologue && word.ends_with(':') => {}
            Token::Iri if prologue => prologue = false,
            Token::Word(word) => return Some((end - word.len(), word)),
            _ => {
                let last = text[..end].chars().next_back().map_or(0, char::len_utf8);
                return Some((end - last, &text[end - last..end]));
            }
        }
    }
}

/// The first prefix that is neither declared nor known, and where it stands.
fn unknown_prefix(text: &str) -> Option<(usize, &str)> {
    let (mut rest, mut declared, mut declares) = (text, Vec::new(), false);
    while let Some(token) = next(&mut rest, false) {
        let Token::Word(word) = token else { continue };
        let at = text.len() - rest.len() - word.len();
        if let Some((prefix, _)) = word.split_once(':') {
            if declares {
                declared.push(prefix);
            } else if prefix != "_" && !declared.contains(&prefix) && PREFIXES.iter().all(|(known, _)| *known != prefix)
            {
                return Some((at, prefix));
            }
        }
        declares = word.eq_ignore_ascii_case("PREFIX");
    }
    None
}

/// Where an IRI without a scheme stands, if no base completes it.
fn short_iri(text: &str) -> Option<usize> {
    let mut rest = text;
    while let Some(token) = next(&mut rest, false) {
        match token {
            Token::Word(word) if word.eq_ignore_ascii_case("BASE") => return None,
            Token::Iri => {
                let end = text.len() - rest.len();
                let start = text[..end].rfind('<')?;
                if !text[start..end].contains(':') {
                    return Some(start);
                }
            }
            _ => {}
        }
    }
    None
}

/// A bracket that is not closed, or one that closes none.
fn brackets(text: &str) -> Option<(usize, String)> {
    let (mut rest, mut open): (&str, Vec<(char, usize)>) = (text, Vec::new());
    while let Some(token) = next(&mut rest, false) {
        let end = text.len() - rest.len();
        match token {
            Token::Open(bracket @ ('{' | '(' | '[')) => open.push((bracket, end - 1)),
            Token::Close if text[..end].ends_with(['}', ')', ']']) => {
                let close = text[..end].chars().next_back()?;
                let fits = |open: char| matches!((open, close), ('{', '}') | ('(', ')') | ('[', ']'));
                match open.pop() {
                    Some((bracket, _)) if fits(bracket) => {}
                    Some((bracket, at)) => return Some((at, format!("this {bracket} is closed by a {close}"))),
                    None => return Some((end - 1, format!("this {close} closes nothing"))),
                }
            }
            _ => {}
        }
    }
    let (bracket, at) = open.pop()?;
    Some((at, format!("this {bracket} is not closed")))
}

/// What the parser says in words among what it would have taken.
fn sentence(said: &str) -> Option<&str> {
    let said = said.strip_prefix("expected ").unwrap_or(said);
    let all = said.strip_prefix("one of ").unwrap_or(said);
    if all.contains("IRI parsing failed") {
        return Some(NO_IRI);
    }
    let is_sentence = |part: &&str| {
        part.starts_with(char::is_alphabetic) && part.split(' ').count() > 2 && *part != "Prefix not found"
    };
    all.split(", ").find(is_sentence)
}

/// What stands where the parser went no further.
fn left(text: &str, line: usize, column: usize) -> String {
    let line = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let rest: String = line.chars().skip(column.saturating_sub(1)).collect();
    match rest.trim() {
        "" => "it ends here, and something is missing before".to_owned(),
        rest => format!("\"{}\" cannot stand here", short(rest)),
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// The line and the column of a byte, from 1.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..byte];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use crate::store::query::parse;

    #[track_caller]
    fn told(query: &str) -> String {
        let told = parse(query).expect_err(query).to_string();
        assert!(!told.contains("[_]") && !told.contains("expected") && told.len() < 330, "{query}: {told}");
        told
    }

    #[test]
    fn what_is_wrong_with_a_query_is_a_sentence() {
        for (query, place, sentence) in [
            ("", "line 1, column 1", "it is empty; it begins with SELECT"),
            (" # nothing\n", "line 2, column 1", "it is empty"),
            ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "line 1, column 1", "updates are not taken"),
            ("PREFIX a: <urn:a>\nDELETE WHERE { ?s ?p ?o }", "line 2, column 1", "put, delete, assert"),
            ("clear all", "line 1, column 1", "CLEAR changes a graph"),
            ("SLECT ?s { ?s ?p ?o }", "line 1, column 1", "\"SLECT\" begins no query"),
            ("{ ?s ?p ?o }", "line 1, column 1", "\"{\" begins no query"),
            ("SELECT ?s {\n ?s foo:bar ?o }", "line 2, column 5", "the prefix \"foo:\" is not known; known are rdf, "),
            ("PREFIX x: <urn:x> SELECT ?s { ?s x:a ?o ; y:b 1 }", "line 1, column 43", "the prefix \"y:\""),
            ("SELECT ?s { ?s ?p ?o", "line 1, column 11", "this { is not closed"),
            ("SELECT ?s { { ?s ?p ?o } OPTIONAL {", "line 1, column 35", "this { is not closed"),
            ("SELECT ?s { ?s ?p ?o FILTER(?o = 1 }", "line 1, column 28", "this ( is closed by a }"),
            ("SELECT ?s { ?s ?p ?o } }", "line 1, column 24", "this } closes nothing"),
            ("SELECT ?s WHERE", "line 1, column 16", "it ends here"),
            ("SELECT ?s { ?s <a> ?o }", "", "IRI parsing failed: an IRI is whole"),
            ("SELECT ?s { ?s ?p ?o FILTER(?o = ) }", "", "something is missing before"),
            ("SELECT ?s {\n  ?s wdt:P19 \n}", "line 3, column 1", "\"}\" cannot stand here"),
            ("SELECT ?s (COUNT(?o) AS ?s) { ?s ?p ?o }", "", "The SELECT contains a variable that is unbound"),
        ] {
            let told = told(query);
            assert!(told.contains(place) && told.contains(sentence), "{query}: {told}");
        }
    }

    #[test]
    fn what_is_a_query_is_taken_whatever_stands_in_its_texts() {
        for query in [
            "SELECT ?s { ?s rdfs:label \"{ insert\" }",
            "PREFIX insert: <urn:x:> SELECT ?s { ?s insert:delete <urn:y#z> }",
            "BASE <urn:x:> ASK { ?s ?p 'it is foo:bar' } # }",
            "describe person:Ada",
        ] {
            if let Err(error) = parse(query) {
                panic!("{query}: {error}");
            }
        }
    }
}
