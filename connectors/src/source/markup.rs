//! Markup to plain text. In: HTML or Markdown. Out: what a reader would see. Never: a link's target.

use super::text::Wrong;
use html2text::render::TrivialDecorator;

/// Wide enough that no paragraph is broken into lines.
const WIDTH: usize = 1 << 20;

/// Deeper pages are no pages: reading them takes time that grows with the square of their depth.
const DEEPEST: usize = 500;
/// Elements that hold nothing, and those that the next of their kind ends.
const SHALLOW: [&str; 29] = [
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "optgroup", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// The visible text of a page: one paragraph a line, without scripts, styles and links' targets.
pub(super) fn from_html(html: &str) -> Result<String, Wrong> {
    if depth(html) > DEEPEST {
        return Err(Wrong::new(format!("the HTML is nested more than {DEEPEST} elements deep")));
    }
    let reader = html2text::config::with_decorator(TrivialDecorator::new())
        .link_footnotes(false)
        .raw_mode(true)
        .allow_width_overflow();
    reader
        .string_from_read(html.as_bytes(), WIDTH)
        .map_err(|error| Wrong::new(format!("the HTML cannot be read: {error}")))
}

/// How deep elements stand within each other, without building them.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = tag;
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (name, closes) = tag.strip_prefix('/').map_or((tag, false), |name| (name, true));
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name[..end].to_ascii_lowercase();
        if name.is_empty() || SHALLOW.contains(&name.as_str()) {
            continue;
        }
        if closes {
            depth = depth.saturating_sub(1);
        } else if ["script", "style", "textarea", "title"].contains(&name.as_str()) {
            // Their content is no markup up to their own end.
            rest = after_raw_text(tag, &name);
        } else {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// What follows the `</` that ends an element of raw text.
fn after_raw_text<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        rest = after;
        if after.as_bytes().get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes())) {
            return after;
        }
    }
    ""
}

/// Markdown lightly stripped: headings, emphasis, code marks, quotes and links lose their signs and keep their words.
pub(super) fn from_markdown(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let body = without_front_matter(markdown);
    for line in body.lines() {
        let line = line.trim_end();
        let bare = line.trim_start();
        if bare.starts_with("```") || bare.starts_with("~~~") || is_rule(bare) {
            continue;
        }
        let bare = bare.trim_start_matches(['>', ' ']);
        let bare = bare.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with(' ')).unwrap_or(bare);
        let bare = if bare.starts_with('#') { bare.trim_matches(['#', ' ']) } else { bare.trim_start() };
        push_inline(&mut text, bare);
        text.push('\n');
    }
    text
}

/// YAML between two lines of three dashes at the very start is about the text, not of it.
fn without_front_matter(markdown: &str) -> &str {
    let rest = markdown.strip_prefix("---\n");
    rest.and_then(|rest| rest.split_once("\n---\n")).map_or(markdown, |(_, body)| body)
}

/// A line of dashes, stars, underscores or equals signs alone.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && ['-', '*', '_', '='].iter().any(|sign| line.chars().all(|c| c == *sign))
}

fn push_inline(text: &mut String, line: &str) {
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let here = rest;
        rest = &rest[character.len_utf8()..];
        match character {
            '\\' => {
                let escaped = rest.chars().next().filter(char::is_ascii_punctuation);
                text.push(escaped.unwrap_or('\\'));
                rest = &rest[escaped.map_or(0, char::len_utf8)..];
            }
            '`' => {}
            '*' if !is_free_standing(text, rest) => {}
            '_' if !within_word(text, rest) => {}
            '!' | '[' => match link(here) {
                Some((label, after)) => {
                    push_inline(text, label);
                    rest = after;
                }
                None => text.push(character),
            },
            _ => text.push(character),
        }
    }
}

/// A star with space on both sides is a star, as in `2 * 3`.
fn is_free_standing(before: &str, after: &str) -> bool {
    before.ends_with(' ') && after.starts_with(' ')
}

/// An underscore between letters is part of a name, as in `snake_case`.
fn within_word(before: &str, after: &str) -> bool {
    before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
}

/// `[label](target)` or `![label](target)`: the label and what follows.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('!').unwrap_or(text).strip_prefix('[')?;
    let (label, rest) = inner.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    (!label.contains('[') && !target.contains(' ') || target.contains('"')).then_some((label, after))
}
