//! Markup to plain text. In: HTML or Markdown. Out: what a reader would see. Never: a link's target.

use super::text::Wrong;
use html2text::render::TrivialDecorator;

/// Wide enough that no paragraph is broken into lines.
const WIDTH: usize = 1 << 20;

/// The visible text of a page: one paragraph a line, without scripts, styles and links' targets.
pub(super) fn from_html(html: &str) -> Result<String, Wrong> {
    let reader = html2text::config::plain_no_decorate().link_footnotes(false).raw_mode(true).allow_width_overflow();
    reader
        .string_from_read(html.as_bytes(), WIDTH)
        .map_err(|error| Wrong::new(format!("the HTML cannot be read: {error}")))
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
