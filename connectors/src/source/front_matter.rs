//! What stands before a text and is about it. In: a text. Out: the text behind its front matter: YAML between `---`
//! (or up to `...`), TOML between `+++`, JSON between `;;;` or on its own. Never: a text taken for front matter because
//! it begins with a break.

use serde_json::{Map, Value};

/// The text without front matter at its very start.
pub(super) fn without(text: &str) -> &str {
    let start = text.trim_start();
    let (first, rest) = line(start);
    let (fence, ends, language): (&str, &[&str], Language) = match first.trim_end() {
        "+++" => ("+++", &["+++"], |_| true),
        ";;;" => (";;;", &[";;;"], |_| true),
        "---toml" | "---json" => ("---", &["---"], |_| true),
        "---" | "---yaml" => ("---", &["---", "..."], is_yaml),
        first if first.starts_with('{') => return after_object(start).unwrap_or(text),
        _ => return text,
    };
    debug_assert!(first.starts_with(fence));
    let mut body = rest;
    while !body.is_empty() {
        let (next, after) = line(body);
        if ends.contains(&next.trim_end()) {
            let within = &rest[..rest.len() - body.len()];
            return if language(within) { after } else { text };
        }
        body = after;
    }
    text
}

type Language = fn(&str) -> bool;

/// The first line without its end, whatever that is, and what follows.
fn line(text: &str) -> (&str, &str) {
    match text.find(['\n', '\r']) {
        None => (text, ""),
        Some(end) => {
            let after = if text[end..].starts_with("\r\n") { end + 2 } else { end + 1 };
            (&text[..end], &text[after..])
        }
    }
}

/// Whether every line is a key, an entry, a comment, or goes on from one.
fn is_yaml(text: &str) -> bool {
    text.split(['\n', '\r']).all(|line| {
        let goes_on = line.is_empty() || line.starts_with([' ', '\t', '#', '-', '}', ']']);
        let key = line.split_once(':').is_some_and(|(key, value)| {
            let spaced = value.is_empty() || value.starts_with([' ', '\t']);
            spaced && !key.is_empty() && key.split_whitespace().count() <= 4
        });
        goes_on || key
    })
}

/// What follows an object of JSON that fills its lines.
fn after_object(text: &str) -> Option<&str> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Map<String, Value>>();
    values.next()?.ok()?;
    let (rest_of_line, after) = line(&text[values.byte_offset()..]);
    rest_of_line.trim().is_empty().then_some(after)
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn every_form_and_line_end_is_known() {
        for front in [
            "---\ntitle: Life\ntags:\n- a\n  - b\n# comment\n---\n",
            "---\r\ntitle: Life\r\n---\r\n",
            "---\rtitle: Life\r---\r",
            "---  \ntitle: Life\n...\n",
            "---yaml\ntitle: Life\n---\n",
            "---\n---\n",
            "---\n\ntitle: Life\n---\n",
            "---\nsummary: >\n  One line.\n\n  Another.\n---\n",
            "+++\ntitle = \"Life\"\n[params]\nx = 1\n+++\n",
            ";;;\n{\"title\": \"Life\"}\n;;;\n",
            ";;;\r\n\"title\": \"Life\"\r\n;;;\r\n",
            "{\n  \"title\": \"Life\"\n}\n",
            "\n---\ntitle: Life\n---\n",
        ] {
            assert_eq!(without(&format!("{front}Text.\n")), "Text.\n", "{front:?}");
        }
    }

    #[test]
    fn a_text_between_breaks_is_a_text() {
        for text in [
            "---\nMarta Ekdal was born in Gothenburg.\n\n---\nMore.\n",
            "---\ntitle: Life\n\nNever closed.\n",
            "{braces} in a text\n",
            "{\"a\": 1} and more\n",
            "----\ntitle: x\n---\n",
            "+++\nnever closed\n",
            "",
        ] {
            assert_eq!(without(text), text);
        }
    }
}
