//! A query with a text in the place of one of its variables. In: the query, the variable, the text. Out: the query. Never: a text
//! that is read as anything but a literal; a variable that is named within a string, an IRI or a comment.

use super::gate;
use super::query::QueryError;
use oxigraph::model::Literal;

/// The query with a text, as a literal, wherever it mentions a variable (named without its mark); nothing where it does not
/// mention it.
///
/// # Errors
/// When the query is too large to be read.
pub fn filled(sparql: &str, variable: &str, text: &str) -> Result<Option<String>, QueryError> {
    let scan = gate::text(sparql).map_err(QueryError::Refused)?;
    let literal = Literal::new_simple_literal(text).to_string();
    let (mut filled, mut done) = (String::with_capacity(sparql.len() + literal.len()), 0);
    for (name, end) in scan.mentions.into_iter().filter(|(name, _)| *name == variable) {
        // The mark before the name is one byte, ? or $.
        filled.push_str(&sparql[done..end - name.len() - 1]);
        filled.push_str(&literal);
        done = end;
    }
    filled.push_str(&sparql[done..]);
    Ok((done > 0).then_some(filled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use crate::store::{QueryOptions, ResultFormat};

    #[test]
    fn a_text_stands_where_the_variable_stood() {
        let query = "SELECT ?x { # ?query\n ?x <urn:?query> $query FILTER(?query = ?querying || ?x = '?query') }";
        assert_eq!(
            filled(query, "query", "one").unwrap().unwrap(),
            "SELECT ?x { # ?query\n ?x <urn:?query> \"one\" FILTER(\"one\" = ?querying || ?x = '?query') }"
        );
        assert_eq!(filled(query, "other", "one").unwrap(), None);
    }

    #[test]
    fn a_text_is_a_literal_whatever_is_in_it() {
        let store = Store::in_memory().unwrap();
        for text in ["\") } #", "\\", "a\nb\r\t'\"\"\"", "ünï ?query {", "\u{7f}\u{0}", "\\u0041\" ; DROP"] {
            let query = filled("SELECT (?query AS ?x) {}", "query", text).unwrap().unwrap();
            let mut answer = Vec::new();
            store.query(&query, &QueryOptions::default(), ResultFormat::Json, &mut answer).unwrap();
            let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
            assert_eq!(answer["results"]["bindings"][0]["x"]["value"], text, "{query}");
        }
    }
}
