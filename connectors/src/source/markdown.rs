//! Markdown to blocks. In: a text in CommonMark with the usual extensions. Out: what a reader would see of it, block by
//! block; HTML within it is read as HTML. Never: blocks of code, front matter, a link's target.

use super::blocks::Block;
use super::front_matter;
use super::html::{Html, Reading};
use super::notes;
use crate::source::options::Stop;
use html5ever::{LocalName, local_name};
use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// The blocks of a text.
pub(super) fn read(markdown: &str, stop: Stop) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_WIKILINKS;
    let html = Html::new(Reading::default());
    for event in Parser::new_ext(front_matter::without(markdown), options) {
        if stop() {
            break;
        }
        take(&html, event);
    }
    html.finish()
}

fn take(html: &Html, event: Event<'_>) {
    match event {
        Event::Html(piece) | Event::InlineHtml(piece) => html.feed(&piece),
        Event::Text(text) => html.walk().text(&notes::without_carets(&text)),
        Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
            html.walk().text(&text);
        }
        Event::SoftBreak => html.walk().text(" "),
        Event::HardBreak => html.walk().line_end(),
        Event::Rule => html.walk().rule(),
        Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        Event::Start(Tag::Image { .. }) => html.walk().start_picture(),
        Event::End(TagEnd::Image) => html.walk().end_picture(),
        Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
            html.walk().open_unread(local_name!("a"));
        }
        Event::Start(Tag::CodeBlock(_)) => html.walk().open_unread(local_name!("pre")),
        Event::Start(Tag::MetadataBlock(_)) => html.walk().open_unread(local_name!("div")),
        Event::Start(tag) => {
            if let Some(name) = element(tag.to_end()) {
                html.walk().open(name);
            }
        }
        Event::End(tag) => {
            if let Some(name) = element(tag) {
                html.walk().close(&name);
            }
        }
    }
}

/// The element of HTML that is the same.
fn element(tag: TagEnd) -> Option<LocalName> {
    Some(match tag {
        TagEnd::Paragraph => local_name!("p"),
        TagEnd::Heading(HeadingLevel::H1) => local_name!("h1"),
        TagEnd::Heading(HeadingLevel::H2) => local_name!("h2"),
        TagEnd::Heading(HeadingLevel::H3) => local_name!("h3"),
        TagEnd::Heading(HeadingLevel::H4) => local_name!("h4"),
        TagEnd::Heading(HeadingLevel::H5) => local_name!("h5"),
        TagEnd::Heading(HeadingLevel::H6) => local_name!("h6"),
        TagEnd::BlockQuote(_) => local_name!("blockquote"),
        TagEnd::CodeBlock => local_name!("pre"),
        TagEnd::List(_) => local_name!("ul"),
        TagEnd::Item => local_name!("li"),
        TagEnd::FootnoteDefinition | TagEnd::MetadataBlock(_) => local_name!("div"),
        TagEnd::DefinitionList => local_name!("dl"),
        TagEnd::DefinitionListTitle => local_name!("dt"),
        TagEnd::DefinitionListDefinition => local_name!("dd"),
        TagEnd::Table => local_name!("table"),
        TagEnd::TableHead | TagEnd::TableRow => local_name!("tr"),
        TagEnd::TableCell => local_name!("td"),
        TagEnd::Strikethrough => local_name!("s"),
        TagEnd::Link => local_name!("a"),
        TagEnd::HtmlBlock
        | TagEnd::Emphasis
        | TagEnd::Strong
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Image => return None,
    })
}
