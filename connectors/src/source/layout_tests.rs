//! Markup to text with a layout: what is a block, what is read, what is not, and how long it takes.

use super::html::Reading;
use super::tests::{Inputs, only};
use super::{html, markdown};
use crate::source::options::SourceOptions;
use std::time::{Duration, Instant};

/// The text of a page, without the id.
fn page(html: &str) -> String {
    text("a.html", html)
}

fn marked(markdown: &str) -> String {
    text("a.md", markdown)
}

fn text(name: &str, content: &str) -> String {
    let told = only(name, content.as_bytes());
    told.strip_prefix(&format!("{name} = ")).unwrap_or_else(|| panic!("{told}")).to_owned()
}

#[test]
fn a_page_becomes_blocks() {
    let html = "<!DOCTYPE html><html><head><title>No</title><style>p {}</style><script>var x = 1 < 2;</script></head>\
                <body><h1>Ada\n <em>Lovelace</em></h1><p>Ada <b>Lovelace</b> was <i>born</i> in\n <a href='https://example.org'>\
                London</a> &amp; <code>lived</code>&nbsp;there.<p>Second.<hr><blockquote>Quoted</blockquote>\
                <table><caption>Towns</caption><tr><th>Name<th>Place<tr><td>One<td>Two</table>\
                <ul><li>First<li>Second<ol><li>Inner</ol>more<li><p>A</p><p>B</p></ul>Last</body></html>";
    assert_eq!(
        page(html),
        "# Ada Lovelace\n\nAda Lovelace was born in London & lived there.\n\nSecond.\n\n---\n\nQuoted\n\nTowns\n\n\
         | Name | Place |\n| One | Two |\n\n- First\n- Second\n  - Inner\n\n  more\n\n- A\n\n  B\n\nLast"
    );
}

#[test]
fn entries_stay_apart_whatever_they_are_made_of() {
    let (one, two) =
        ("Norsea Oil, an energy company based in Bergen", "Harbour Press, a publishing house based in Lisbon");
    for (html, expected) in [
        (format!("<div>{one}</div><div>{two}</div>"), format!("{one}\n\n{two}")),
        (format!("<dl><dt>{one}</dt><dd>{two}</dd></dl>"), format!("- {one}\n- {two}")),
        (format!("<ul><li>{one}</li><li>{two}</li></ul>"), format!("- {one}\n- {two}")),
        (format!("<section>{one}</section><article>{two}</article>"), format!("{one}\n\n{two}")),
        (format!("<table><tr><td>{one}</td></tr><tr><td>{two}</td></tr></table>"), format!("{one}\n\n{two}")),
        (format!("{one}<br>{two}"), format!("{one}\n{two}")),
        (format!("{one}<br><br>{two}"), format!("{one}\n\n{two}")),
        (format!("<pre>{one}\n{two}</pre>"), format!("{one}\n{two}")),
        (format!("<p>{one}<p>{two}"), format!("{one}\n\n{two}")),
        (format!("<h2>{one}</h2>{two}"), format!("## {one}\n\n{two}")),
        (format!("<h2></h2>{one}<h3><div>{two}</div></h3>"), format!("{one}\n\n### {two}")),
    ] {
        assert_eq!(page(&html), expected, "{html}");
    }
}

#[test]
fn what_is_struck_out_or_hidden_is_not_read() {
    let html = "<p>Marta Ekdal was born in Oslo.</p><s>Odd Falk was born in Bergen in 1899.</s><p>Luca Ferri was born in \
                <del>Milan</del> Verona.</p>";
    assert_eq!(page(html), "Marta Ekdal was born in Oslo.\n\nLuca Ferri was born in Verona.");
    for hidden in [
        "<strike>No</strike>",
        "<s><p>No</p><div>No</div></s>",
        "<s><p>No</s>",
        "<del><p>No</p></del>",
        "<div><del>No</div>",
        "<p hidden>No",
        "<div hidden><div>No</div>No</div>",
        "<span style='color: red; display : none'>No <b>no</b></span>",
        "<span aria-hidden=true>No</span>",
        "<div style=\"visibility:hidden\">No</div>",
        "<template><s><p>No</p></template>",
        "<noscript>No</noscript>",
        "<!-- No --><!-- <p> No -- > --><!--> -->",
        "<script>'<p>No</p>'</script><style>No</style>",
        "<textarea>No</textarea><select><option>No<option>No</select>",
        "<svg><title>No</title><text>No</text></svg>",
        "<dialog>No</dialog><iframe>No</iframe><object>No</object>",
        "<ruby><rp>(</rp><rt>No</rt><rp>)</rp></ruby>",
        "<sup class='reference'><a href='#1'>[1]</a></sup>",
    ] {
        let told = page(&format!("<p>Before.</p>{hidden}<p>After <b>all</b>.</p>"));
        let told = told.replace("-->", "").replace("No", "NO").trim().to_owned();
        assert!(
            told.starts_with("Before.") && told.ends_with("After all.") && !told.contains("NO"),
            "{hidden}: {told}"
        );
    }
    assert_eq!(page("<table><tr><td><s>No</td><td>Yes</td></tr></table>"), "Yes", "a cell ends what is struck out");
}

#[test]
fn marks_of_notes_are_left_out_and_other_raised_signs_stay() {
    for (html, expected) in [
        (
            "<p>Odd Falk<sup>a</sup> was born in Bergen<sup>b</sup>. Tilda Renn<sup>[1]</sup><sup>[2]</sup> was born in \
             Oslo<sup>3,4</sup> on 3 May 1921<sup>5</sup>.<sup>6</sup></p><p>She died.",
            "Odd Falk was born in Bergen. Tilda Renn was born in Oslo on 3 May 1921.\n\nShe died.",
        ),
        (
            "the 3<sup>rd</sup>, 10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O, XIX<sup>e</sup>",
            "the 3rd, 10⁶ m2, H2O, XIXe",
        ),
        ("Bo<sup><a href='#n1'>1</a></sup> and Li<a href='#n2'><sup>2</sup></a> left", "Bo and Li left"),
        ("12 km<a href='/wiki/Square'><sup>2</sup></a> of <a href='#x'>land</a>2", "12 km2 of land2"),
        ("Falk<span style='vertical-align: super; color: red'>1</span> and <span>2</span>", "Falk and 2"),
        ("Falk <sup>[who?]</sup> was; Falk<sup>1 was<br>born", "Falk was; Falk1 was\nborn"),
        ("<table><tr><td>Bergen<sup>b</sup><td>1921<sup>*</sup></table>", "| Bergen | 1921 |"),
    ] {
        assert_eq!(page(html), expected, "{html}");
    }
    assert_eq!(
        marked("Odd Falk<sup>1</sup> was born in Bergen^2^. Oslo[^3] has 5 km<sup>2</sup>, 2^10^.\n\n[^3]: Foot."),
        "Odd Falk was born in Bergen. Oslo has 5 km2, 2^10^.\n\nFoot."
    );
    for (html, expected) in [
        ("1.6 x 10<sup>−19</sup> C, 2<sup>n</sup>, 10<sup>2.5</sup> and 2<sup>10", "1.6 x 10⁻¹⁹ C, 2ⁿ, 10^2.5 and 2¹⁰"),
        ("10<span style='vertical-align:super'>6</span> and <b>10</b><sup><i>7</i></sup>5", "10⁶ and 10⁷5"),
        ("in 30<a href='#n'><sup>5</sup></a>, 10<sup><a href='#n'>5</a></sup>, 1921<sup>3</sup>", "in 30, 10, 1921"),
        ("<table><tr><td>Mass<td>10<sup>6</sup></table>", "| Mass | 10⁶ |"),
    ] {
        assert_eq!(page(html), expected, "{html}");
    }
    assert_eq!(text("a.txt", "Odd Falk¹ was born in Oslo³, 5 km² wide."), "Odd Falk was born in Oslo, 5 km² wide.");
    assert_eq!(only("a.jsonl", "{\"id\": \"a\", \"text\": \"Odd Falk¹.\"}".as_bytes()), "a = Odd Falk.");
}

#[test]
fn words_that_a_line_end_cuts_are_whole() {
    let cut = "Marta was born in Gothen-\nburg. She left Gothenburg.";
    assert_eq!(text("a.txt", cut), "Marta was born in Gothenburg.\nShe left Gothenburg.");
    assert_eq!(marked(cut), "Marta was born in Gothenburg. She left Gothenburg.");
    assert_eq!(text("a.txt", "a Bergen-\nbased firm"), "a Bergen-\nbased firm");
}

#[test]
fn a_line_of_an_old_machine_ends() {
    assert_eq!(text("a.txt", "Bergen\u{85}Bo Brink"), "Bergen\nBo Brink");
}

#[test]
fn what_stands_for_pictures_stands_apart() {
    let figure = "<figure><img src=a alt='Marta Ekdal in Oslo'><figcaption>Marta Ekdal in 1950</figcaption></figure>\
                  <img alt='Pieter Vos'><img alt='Luca  Ferri'><img alt=''>";
    assert_eq!(page(figure), "Marta Ekdal in Oslo\n\nMarta Ekdal in 1950\n\nPieter Vos\n\nLuca Ferri");
    assert_eq!(page("<p>Marta <img alt='a portrait'>was born.</p>"), "Marta was born.\n\na portrait");
    assert_eq!(marked("Marta ![a *portrait*](p.png)was born."), "Marta was born.\n\na portrait");
}

#[test]
fn tables_that_only_arrange_a_page_are_no_rows() {
    let html = "<table><tr><td><h2>Menu</h2><td><p>One.</p><p>Two.</p><table><tr><td>a<td>b</table>Three.</table>";
    assert_eq!(page(html), "## Menu\n\nOne.\n\nTwo.\n\n| a | b |\n\nThree.");
    assert_eq!(
        page("<table><tr><td><p>Born</p></td><td><p>1921<br>Oslo</p></td></tr></table>"),
        "| Born | 1921 | Oslo |"
    );
}

#[test]
fn a_page_is_decoded_as_it_says() {
    let latin = b"<html><head><meta charset='iso-8859-1'></head><p>G\xF6teborg</p>";
    assert_eq!(only("a.html", latin), "a.html = Göteborg");
    let russian = b"<meta http-equiv=Content-Type content='text/html; charset=windows-1251'><p>\xCC\xE8\xF0</p>";
    assert_eq!(only("a.html", russian), "a.html = Мир");
    let marked = ["\u{FEFF}<meta charset=koi8-r><p>Göteborg</p>".as_bytes()].concat();
    assert_eq!(only("a.html", &marked), "a.html = Göteborg", "a byte order mark tells more");
    assert_eq!(
        only("a.html", b"<p>G\xF6teborg"),
        "a.html ! not UTF-8; of Latin-1, `iconv -f latin1 -t utf8` makes it @ a.html, byte 4",
        "nothing is guessed"
    );
    let wrong = only("a.html", b"<meta charset=euc-jp>\xFF\xFF");
    assert_eq!(wrong, "a.html ! not EUC-JP, which it says that it is @ a.html");
}

#[test]
fn a_bar_within_a_cell_parts_no_cells() {
    let html = "<table><tr><td>Rut | Sons<td>Pecs|Lyon</tr></table><p>Ada | Eve</p><table><tr><td>a | b</table>";
    assert_eq!(page(html), "| Rut ｜ Sons | Pecs｜Lyon |\n\nAda | Eve\n\na | b");
    assert_eq!(
        marked("| A | B |\n|---|---|\n| Rut \\| Sons | c |\n\na \\| b"),
        "| A | B |\n| Rut ｜ Sons | c |\n\na | b"
    );
}

#[test]
fn text_that_xml_sets_apart_is_text() {
    let body =
        "<html><p><![CDATA[Bela <b>Kiss]]> &amp; Ute<![CDATA[ & Söhne]]></p><script><![CDATA[1 < 2]]></script></html>";
    let expected = "Bela <b>Kiss & Ute & Söhne";
    assert_eq!(page(&format!("<?xml version='1.0'?>{body}")), expected);
    assert_eq!(text("a.xhtml", body), expected);
    assert_eq!(page("<p>Ute<![CDATA[ & Söhne]]> left"), "Ute left", "in HTML it is a comment");
}

#[test]
fn xml_pages_may_close_elements_at_once() {
    assert_eq!(page("<?xml version='1.0'?><html><script src='x'/><s/><p/><p>Text.</p></html>"), "Text.");
}

#[test]
fn markdown_becomes_the_same_blocks() {
    let markdown = "Ada\n===\n\n## Life ##\nShe *wrote* **the** [first](https://x.org/a_(b)) `program`,\n2 * 3 in snake_case.\n\
                    > Quoted\n\n1. Item\n   goes on\n2. Other\n   - Inner\n\n***\n```rust\ncode\n```\n    code\n\n\
                    | name | place |\n| --- | --- |\n| Eve \\| Co | *Hamford* |\n\n[the note][1] and <b>Tom &amp; Stone</b>.\n\n\
                    ~~Struck.~~ \\*star\\* [not a link] [^1] [[Wiki page]]\n\n- [x] Done\n\n[1]: https://example.org/n\n[^1]: Foot.\n";
    assert_eq!(
        marked(markdown),
        "# Ada\n\n## Life\n\nShe wrote the first program, 2 * 3 in snake_case.\n\nQuoted\n\n- Item goes on\n- Other\n  - Inner\n\n\
         ---\n\n| name | place |\n| Eve ｜ Co | Hamford |\n\nthe note and Tom & Stone.\n\n*star* [not a link] Wiki page\n\n\
         - Done\n\nFoot."
    );
}

#[test]
fn html_within_markdown_is_read_as_html() {
    let markdown = "<!-- Odd Falk was born in Paris. -->\n\nOdd Falk was born in Bergen.<br>Tilda Renn was born in Lisbon &amp; \
                    died in Porto.\n\n<script>var x = 'In\n\nOslo';</script>\n\n<div>\n\n**Inside**\n\n</div>\n\
                    <table><tr><td>a</td><td>b</td></tr></table>\n\nKept <s>struck *out*</s> text.<!-- no -->\n";
    assert_eq!(
        marked(markdown),
        "Odd Falk was born in Bergen.\nTilda Renn was born in Lisbon & died in Porto.\n\nInside\n\n| a | b |\n\nKept text."
    );
}

#[test]
fn front_matter_is_no_text_in_markdown_and_pages() {
    let front =
        "---\r\ntitle: Life of Marta Ekdal\r\nlocation: Lisbon, Portugal\r\n---\r\n\r\nMarta Ekdal was a chemist.\r\n";
    assert_eq!(marked(front), "Marta Ekdal was a chemist.");
    assert_eq!(marked(&format!("\u{FEFF}{front}")), "Marta Ekdal was a chemist.");
    assert_eq!(page(&front.replace("Marta Ekdal was", "<p>Marta Ekdal was")), "Marta Ekdal was a chemist.");
    assert_eq!(marked("---\n\nText.\n\n---\n\nMore."), "---\n\nText.\n\n---\n\nMore.");
}

#[test]
fn an_article_is_read_without_what_stands_around_it() {
    let words = "Marta Ekdal was a chemist who was born in Gothenburg, where she founded a company for oil. ".repeat(3);
    let html = format!(
        "<body class='has-sidebar'><header><a href=/>Home</a> Site</header><nav><ul><li><a>News</a></ul></nav>\
         <div class='sidebar left'>Weather</div><main><article><header><h1>Life</h1></header><p>{words}</p>\
         <p><a>Read more about this</a></p><footer>By us</footer></article></main><div>Beside</div>\
         <aside>More</aside><footer>Imprint</footer></body>"
    );
    let options = SourceOptions { article: true, ..SourceOptions::default() };
    let inputs = Inputs::new(&[("a.html", html.as_bytes()), ("b.html", b"<ul><li><a>Only a menu</a></ul>")]);
    let told = inputs.read(&["a.html", "b.html"], &options);
    assert_eq!(told[0], format!("a.html = # Life\n\n{}\n\nBy us", words.trim_end()));
    assert_eq!(told[1], "b.html = - Only a menu", "what has no main content is read whole");
    assert!(page(&html).contains("Weather"), "nothing is left out unasked");
}

#[test]
fn empty_markup_has_no_text() {
    for (name, bytes) in [("a.html", "<hr><p> <br></p>"), ("b.md", "---\n\n***\n"), ("c.md", "```\ncode\n```\n")] {
        assert_eq!(only(name, bytes.as_bytes()), format!("{name} ! empty: there is no text @ {name}"));
    }
}

/// Markup that is meant to take long, of about so many bytes.
fn hostile(bytes: usize) -> Vec<(&'static str, String)> {
    let repeat = |piece: &str| piece.repeat(bytes / piece.len());
    let numbered = |start: &str, piece: &str| {
        let pieces: String = (0..bytes / 10).map(|n| format!("{piece}{n:x}")).collect();
        format!("{start}{pieces}")
    };
    let mut all: Vec<(&'static str, String)> = [
        "<div></q>",
        "<div>",
        "<b>",
        "<s>",
        "<table><tr><td>",
        "<ul><li>",
        "<p hidden>",
        "<b></i>",
        "</div>",
        "&amp",
        "&",
        "<",
        "<p><s>",
        "<dl><dd>",
        "<h1>",
        "<img alt=x>",
        "<br>",
        "<a ",
        "<!--",
        "<![CDATA[",
        "<svg><p>",
        "<script>",
    ]
    .map(|piece| ("html", repeat(piece)))
    .into();
    all.push(("html", format!("<!-->{}", repeat("<div>"))));
    all.push(("html", numbered("<a", " x")));
    all.push(("html", numbered("", "<x") + ">"));
    all.push(("html", format!("{}{}", "<s>".repeat(bytes / 8), "<div>".repeat(bytes / 8)) + &"</s>".repeat(bytes / 8)));
    all.extend(
        [
            "[",
            "[a](",
            "![",
            "*",
            "*a ",
            "_a",
            "**a*",
            "`",
            "> ",
            "- ",
            "1. ",
            "<",
            "<a ",
            "<!",
            "&amp",
            "|",
            "| a ",
            "~a",
            "[a][",
            "[^a]:",
            "\\",
            "<div>\n\n",
            "a\n",
            "- a\n  ",
            "[[",
            "](",
            "\"",
            "$",
        ]
        .map(|piece| ("md", repeat(piece))),
    );
    all.push(("md", format!("|a|\n|-|\n{}", repeat("|a\n"))));
    all.push(("md", (1..bytes / 60).map(|n| format!("{}a", "`".repeat(n % 100))).collect()));
    all
}

#[test]
fn time_is_linear_whatever_is_written() {
    let never = || false;
    let read = |kind: &str, text: &str| {
        let start = Instant::now();
        match kind {
            "html" => drop(html::read(text, Reading { article: true, xml: false }, never)),
            _ => drop(markdown::read(text, never)),
        }
        start.elapsed()
    };
    for (kind, text) in hostile(400_000) {
        let took = read(kind, &text);
        // What takes time with the square takes many times as long; a busy machine does not.
        assert!(took < Duration::from_secs(8), "{kind} of {:?}…: {took:?}", &text[..30]);
    }
}

#[test]
fn reading_stops_within_a_document() {
    let always = || true;
    assert!(html::read(&"<p>word</p>".repeat(100_000), Reading::default(), always).unwrap().is_empty());
    assert!(markdown::read(&"word\n\n".repeat(100_000), always).is_empty());
}
