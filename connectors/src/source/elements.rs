//! What is known of HTML's elements. In: a name, or a tag. Out: what it is to a reader. Never: anything remembered.

use html5ever::tokenizer::Tag;

/// What an element is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Heading(usize),
    Paragraph,
    Block,
    /// A block whose line ends are seen.
    Lined,
    List,
    Item,
    Table,
    Row,
    Cell,
    Link,
    /// It stands within a line, and higher than it.
    Raised,
    /// It stands within a line.
    Inline,
    /// The same, and is not read.
    InlineUnread,
    /// It is not read.
    Unread,
}

impl Role {
    pub fn is_inline(self) -> bool {
        matches!(self, Role::Inline | Role::InlineUnread | Role::Link | Role::Raised)
    }

    pub fn is_unread(self) -> bool {
        matches!(self, Role::InlineUnread | Role::Unread)
    }
}

/// What an element of that name is.
pub(super) fn role(name: &str) -> Role {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Heading(usize::from(name.as_bytes()[1] - b'0')),
        "p" => Role::Paragraph,
        "address" | "article" | "aside" | "blockquote" | "body" | "button" | "caption" | "center" | "col"
        | "colgroup" | "details" | "dialog" | "div" | "fieldset" | "figcaption" | "figure" | "footer" | "form"
        | "frameset" | "header" | "hgroup" | "hr" | "html" | "legend" | "main" | "nav" | "search" | "section"
        | "summary" => Role::Block,
        "pre" | "listing" | "xmp" | "plaintext" => Role::Lined,
        "ul" | "ol" | "menu" | "dir" | "dl" => Role::List,
        "li" | "dt" | "dd" => Role::Item,
        "table" => Role::Table,
        "tr" | "tbody" | "thead" | "tfoot" => Role::Row,
        "td" | "th" => Role::Cell,
        "a" => Role::Link,
        "sup" => Role::Raised,
        "rt" | "rp" | "rtc" => Role::InlineUnread,
        "script" | "style" | "template" | "noscript" | "title" | "textarea" | "select" | "datalist" | "option"
        | "optgroup" | "iframe" | "noembed" | "noframes" | "object" | "applet" | "audio" | "video" | "canvas"
        | "svg" | "math" => Role::Unread,
        _ => Role::Inline,
    }
}

/// Whether elements of that name hold nothing and have no end.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether the beginning of one element ends another that is open.
pub(super) fn ends(begun: &str, open: &str) -> bool {
    let parts = ["tbody", "thead", "tfoot"];
    match open {
        "p" => !role(begun).is_inline() && role(begun) != Role::Unread,
        "li" => begun == "li",
        "dt" | "dd" => ["dt", "dd"].contains(&begun),
        "td" | "th" => ["td", "th", "tr"].contains(&begun) || parts.contains(&begun),
        "tr" => begun == "tr" || parts.contains(&begun),
        "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => {
            parts.contains(&begun) || (open == "caption" || open == "colgroup") && begun == "tr"
        }
        "option" => ["option", "optgroup"].contains(&begun),
        "optgroup" => begun == "optgroup",
        _ => false,
    }
}

/// An attribute's value.
pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// What an element is, also by how it is to look.
pub(super) fn role_of(tag: &Tag) -> Role {
    let style = || attribute(tag, "style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    match role(&tag.name) {
        Role::Inline if style().contains("vertical-align:super") => Role::Raised,
        role => role,
    }
}

/// Whether a tag is a link to a place within its page.
pub(super) fn leads_within(tag: &Tag) -> bool {
    &*tag.name == "a" && attribute(tag, "href").is_some_and(|href| href.starts_with('#'))
}

/// Whether the tag says that nobody sees the element, or that it only refers to a note.
pub(super) fn is_hidden(tag: &Tag) -> bool {
    let is = |name: &str, values: &[&str]| {
        attribute(tag, name).is_some_and(|given| given.split_ascii_whitespace().any(|word| values.contains(&word)))
    };
    let style = attribute(tag, "style").map(|style| style.to_ascii_lowercase().replace(' ', "")).unwrap_or_default();
    let closed = &*tag.name == "dialog" && attribute(tag, "open").is_none();
    let note = &*tag.name == "sup" && is("class", &["reference", "noteref", "footnote-ref"])
        || is("role", &["doc-noteref"])
        || is("epub:type", &["noteref"]);
    attribute(tag, "hidden").is_some()
        || is("aria-hidden", &["true"])
        || style.contains("display:none")
        || style.contains("visibility:hidden")
        || closed
        || note
}

/// How surely an element holds what the page is there for.
pub(super) fn rank(tag: &Tag) -> u8 {
    match &*tag.name {
        "main" => 2,
        _ if attribute(tag, "role") == Some("main") => 2,
        "article" => 1,
        _ => 0,
    }
}

/// Whether an element is what stands around the main content: menus, heads and feet of pages, what is beside it.
pub(super) fn is_furniture(tag: &Tag, outside: bool) -> bool {
    let name = &*tag.name;
    if ["html", "body", "main", "article"].contains(&name) {
        return false;
    }
    let role = attribute(tag, "role").unwrap_or_default();
    let part = |names: &str| {
        let words = || names.split(|c: char| !c.is_ascii_alphanumeric());
        words().any(is_furniture_word) && !words().any(is_content_word)
    };
    ["nav", "aside", "form", "button", "menu", "search"].contains(&name)
        || ["navigation", "complementary", "search", "menu", "menubar", "toolbar"].contains(&role)
        || outside && (["header", "footer"].contains(&name) || ["banner", "contentinfo"].contains(&role))
        || attribute(tag, "class").is_some_and(part)
        || attribute(tag, "id").is_some_and(part)
}

/// Words of which names of classes for such parts are made.
fn is_furniture_word(word: &str) -> bool {
    let words = [
        "advert",
        "advertisement",
        "breadcrumb",
        "breadcrumbs",
        "cookie",
        "footer",
        "menu",
        "nav",
        "navbar",
        "navbox",
        "navigation",
        "newsletter",
        "promo",
        "related",
        "share",
        "sharing",
        "sidebar",
        "social",
        "sponsored",
        "toc",
    ];
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Words in the names of classes for what holds the content, such as `page has-sidebar`.
fn is_content_word(word: &str) -> bool {
    let words = ["article", "body", "container", "content", "has", "layout", "main", "page", "post", "with", "wrapper"];
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}
