//! What a query's text may look like. In: the text. Out: what is too much of it, in a sentence.
//! Never: a recursion, however deep the query is; a look at the graph.
//!
//! The parser knows no limit of its own, and recurses with every bracket. The limits are far above what people write and
//! far below what hurts. `algebra.rs` is the second gate, before the planner.

use std::collections::HashSet;

/// Bytes of a query.
const BYTES: usize = 1 << 20;
/// Brackets within brackets.
const DEPTH: usize = 64;
/// Operators, brackets and clauses: each is a level of the parser's answer, the way it builds them.
const PARTS: usize = 2_000;
/// What a scan of a query's text finds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan<'a> {
    /// Whether it begins with `SELECT *`.
    pub star: bool,
    /// The names of its variables, in the order in which they are first named.
    pub variables: Vec<&'a str>,
    /// Each mention of a variable: its name, and at which byte it ends.
    pub mentions: Vec<(&'a str, usize)>,
}

/// Looks at the text before it is parsed. Outside strings, IRIs and comments every bracket counts, and every operator;
/// what stands in VALUES is data, and free.
pub(super) fn text(query: &str) -> Result<Scan<'_>, String> {
    if query.len() > BYTES {
        return Err(too_much("bytes", query.len(), BYTES));
    }
    let (mut scan, mut known, mut rest) = (Scan::default(), HashSet::new(), query);
    let (mut open, mut parts, mut data, mut selects) = (Vec::new(), 0_usize, Data::No, Selects::Not);
    let mut operand = false;
    while let Some(token) = next(&mut rest, operand && open.last() == Some(&'(') && !matches!(data, Data::Inside(_))) {
        match (&mut selects, token) {
            (Selects::Not, Token::Word(word)) if is(word, "SELECT") => selects = Selects::Begun,
            (Selects::Not, _) => {}
            (Selects::Begun, Token::Word(word)) if is(word, "DISTINCT") || is(word, "REDUCED") => {}
            (Selects::Begun, token) => {
                scan.star = token == Token::Mark('*');
                selects = Selects::Done;
            }
            (Selects::Done, _) => {}
        }
        match token {
            Token::Open(bracket) => {
                open.push(bracket);
                data = match data {
                    Data::Begun if bracket == '{' => Data::Inside(open.len()),
                    Data::Described => Data::No,
                    other => other,
                };
                parts += usize::from(!matches!(data, Data::Inside(_)));
            }
            Token::Close => {
                data = if data == Data::Inside(open.len()) { Data::No } else { data };
                open.pop();
            }
            Token::Word(word) => {
                data = match data {
                    _ if is(word, "VALUES") => Data::Begun,
                    _ if is(word, "DESCRIBE") => Data::Described,
                    other => other,
                };
                // Each thing that is described is a level of its own; what looks like a name may be a subtraction.
                let clause = data == Data::Described || CLAUSES.iter().any(|clause| is(word, clause));
                let inside = matches!(data, Data::Inside(_));
                parts += if inside { 0 } else { usize::from(clause) + word.matches('-').count() };
            }
            Token::Iri => parts += usize::from(data == Data::Described),
            Token::Mark(_) => parts += usize::from(!matches!(data, Data::Inside(_))),
            Token::Variable(name) => {
                scan.mentions.push((name, query.len() - rest.len()));
                if known.insert(name) {
                    scan.variables.push(name);
                }
            }
            Token::Unclear => {
                return Err("things that could be read in two ways: a ' or # between < and > within brackets; put a \
                            space after the <, or give the name a prefix"
                    .to_owned());
            }
            Token::Value | Token::Stop => {}
        }
        operand = match token {
            Token::Word(word) => !is(word, "DISTINCT"),
            Token::Close | Token::Variable(_) | Token::Value | Token::Iri => true,
            _ => false,
        };
        if open.len() > DEPTH {
            return Err(too_much("brackets within brackets", open.len(), DEPTH));
        }
        if parts > PARTS {
            return Err(too_much("operators, brackets and clauses", parts, PARTS));
        }
    }
    Ok(scan)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Data {
    No,
    Begun,
    Inside(usize),
    Described,
}

#[derive(Clone, Copy)]
enum Selects {
    Not,
    Begun,
    Done,
}

/// A token of a text that need not be SPARQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open(char),
    Close,
    Word(&'a str),
    Variable(&'a str),
    Iri,
    /// A string or a number.
    Value,
    Mark(char),
    /// `.`, `,` and `;`.
    Stop,
    /// An IRI, or a comparison with a string or a comment in it.
    Unclear,
}

const CLAUSES: [&str; 16] = [
    "VALUES", "UNION", "OPTIONAL", "MINUS", "BIND", "FILTER", "GRAPH", "SERVICE", "LATERAL", "EXISTS", "SELECT",
    "WHERE", "AS", "NOT", "HAVING", "FROM",
];

fn is(word: &str, clause: &str) -> bool {
    word.eq_ignore_ascii_case(clause)
}

/// The next token of a text that need not be SPARQL. Nothing that the parser would take for a bracket or an operator is
/// hidden in another token. Where an operator may stand (`compared`), `<` is one.
pub(super) fn next<'a>(rest: &mut &'a str, compared: bool) -> Option<Token<'a>> {
    loop {
        *rest = rest.trim_start();
        if !rest.starts_with('#') {
            break;
        }
        *rest = rest.find(['\n', '\r']).map_or("", |end| &rest[end..]);
    }
    let text = *rest;
    let first = text.chars().next()?;
    let (token, length) = match first {
        '<' if text.starts_with("<<") => (Token::Open('<'), 2),
        '>' if text.starts_with(">>") => (Token::Close, 2),
        '<' => match iri(text) {
            None => (Token::Mark('<'), 1),
            Some(length) if compared && text[..length].contains(['\'', '#']) => (Token::Unclear, length),
            Some(_) if compared => (Token::Mark('<'), 1),
            Some(length) => (Token::Iri, length),
        },
        '"' | '\'' => (Token::Value, string(text, first)),
        '{' | '[' | '(' => (Token::Open(first), 1),
        '}' | ']' | ')' => (Token::Close, 1),
        '?' | '$' => match name(&text[1..], |c| c.is_alphanumeric() || c == '_') {
            0 => (Token::Mark(first), 1),
            length => (Token::Variable(&text[1..=length]), length + 1),
        },
        '0'..='9' => (Token::Value, number(text)),
        '.' | ',' | ';' => (Token::Stop, 1),
        '@' => (Token::Value, 1 + name(&text[1..], |c| c.is_ascii_alphanumeric() || c == '-')),
        '|' | '&' | '^' if text[1..].starts_with(first) => (Token::Mark(first), 2),
        _ if first.is_alphabetic() || matches!(first, '_' | ':') => {
            let length = name(text, |c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '%' | '\\'));
            (Token::Word(&text[..length]), length)
        }
        _ => (Token::Mark(first), first.len_utf8()),
    };
    *rest = &text[length..];
    Some(token)
}

/// The length of what could be an IRI with its brackets.
fn iri(text: &str) -> Option<usize> {
    let stop = |c: char| c <= ' ' || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\');
    let end = 1 + text[1..].find(stop)?;
    text[end..].starts_with('>').then_some(end + 1)
}

/// The length of what `belongs` at the front.
fn name(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The length of a number: digits, a point, an exponent with its sign.
fn number(text: &str) -> usize {
    let digits = name(text, |c| c.is_ascii_digit() || c == '.');
    match text[digits..].strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let sign = usize::from(exponent.starts_with(['+', '-']));
            digits + 1 + sign + name(&exponent[sign..], |c| c.is_ascii_digit())
        }
        None => digits,
    }
}

/// The length of a string with its quotes, short or long; one that is not closed goes on to the end.
fn string(text: &str, quote: char) -> usize {
    let long = text.as_bytes().starts_with(&[quote as u8; 3]);
    let close = if long { 3 } else { 1 };
    let mut at = close;
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' | b'\r' if !long => return at,
            byte if byte == quote as u8 && bytes[at..].starts_with(&[byte; 3][..close]) => return at + close,
            _ => at += 1,
        }
    }
    // A backslash may be followed by a letter of several bytes.
    text.len()
}

/// The sentence that refuses.
pub(super) fn too_much(what: &str, count: usize, limit: usize) -> String {
    format!("{what}: {count}, and {limit} is the most; split it, or ask for less at once")
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
