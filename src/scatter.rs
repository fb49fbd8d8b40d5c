//! Points on a plane, drawn. In: places with names, kinds and weights. Out: a picture in SVG, the same for the same points.
//! Never: a script, a font or a colour from elsewhere; a name that is markup.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The longer side of what holds the points, the least of the shorter one, and what is left free around them.
const SIDE: f32 = 1_000.0;
const LEAST: f32 = 600.0;
const MARGIN: f32 = 24.0;
/// What lies right of it and below it.
const LEGEND: f32 = 220.0;
const FOOT: f32 = 28.0;
/// The height of letters, and how wide they are on the mean, as a share of it.
const LETTER: f32 = 12.0;
const WIDE: f32 = 0.56;
/// Most letters of a name that are shown; the rest stands in what the pointer shows.
const LETTERS: usize = 30;
/// Most names that are shown.
const LABELS: usize = 60;
/// Colours that people with any colour vision tell apart (Okabe and Ito 2008, but for black and yellow), on a light ground and
/// on a dark one.
const COLOURS: [[&str; 2]; 7] = [
    ["#0072b2", "#4aa3df"],
    ["#d55e00", "#ee7a35"],
    ["#009e73", "#2bbf94"],
    ["#cc79a7", "#e39cc4"],
    ["#e69f00", "#f5bb3d"],
    ["#56b4e9", "#9ad7f8"],
    ["#7f5539", "#b98b6a"],
];

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Where it lies, in any unit.
    pub at: [f32; 2],
    /// What it is called.
    pub name: String,
    /// What it is; empty where nobody knows.
    pub kind: String,
    /// How much it matters: it is drawn larger, and named sooner.
    pub weight: u64,
}

/// Draws points with a legend of their kinds, and so many names as have room without an overlap, of those that matter most.
/// The picture's name and what stands below it are plain text.
pub fn draw(points: &[Point], name: &str, below: &str) -> String {
    let kinds = kinds(points);
    let (places, sides) = places(points);
    let (width, height) = (sides[0] + LEGEND, sides[1] + FOOT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\">\n<title>{}</title>\n<style>\n{}</style>\n<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n",
        escaped(name),
        style()
    );
    let mut by_weight: Vec<usize> = (0..points.len()).collect();
    by_weight.sort_by_key(|place| Reverse(points[*place].weight));
    // What matters most lies on top.
    for &place in by_weight.iter().rev() {
        let (Point { name, kind, weight, .. }, [x, y]) = (&points[place], places[place]);
        let said = if kind.is_empty() { escaped(name) } else { format!("{}, {}", escaped(name), escaped(kind)) };
        let (colour, radius) = (colour(&kinds, kind), radius(*weight));
        let _ = writeln!(
            out,
            "<circle class=\"{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"><title>{said}</title></circle>"
        );
    }
    let named =
        by_weight.iter().map(|&place| (shown(&points[place].name), places[place], radius(points[place].weight)));
    for Label { text, x, y } in labels(named, sides) {
        let _ = writeln!(out, "<text class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(&text));
    }
    legend(&mut out, points, &kinds, sides[0]);
    let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"{:.1}\">{}</text>\n</svg>", sides[1] + LETTER, escaped(below));
    out
}

fn style() -> String {
    let mut light = "text { font: 12px sans-serif; fill: #222 }\n.ground { fill: #fff }\ncircle { fill-opacity: .7 }\n\
                     .rest { fill: #999 }\n.label { stroke: #fff; stroke-width: 3px; stroke-linejoin: round; \
                     paint-order: stroke; pointer-events: none }\n"
        .to_owned();
    let mut dark =
        ".ground { fill: #16181c }\n.rest { fill: #777 }\ntext { fill: #eee }\n.label { stroke: #16181c }\n".to_owned();
    for (kind, [on_light, on_dark]) in COLOURS.iter().enumerate() {
        let _ = writeln!(light, ".kind{kind} {{ fill: {on_light} }}");
        let _ = writeln!(dark, ".kind{kind} {{ fill: {on_dark} }}");
    }
    format!("{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n")
}

/// The kinds that have a colour, the commonest first, with how many points each has.
fn kinds(points: &[Point]) -> Vec<(&str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for point in points.iter().filter(|point| !point.kind.is_empty()) {
        *counts.entry(&point.kind).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts.truncate(COLOURS.len());
    counts
}

fn colour(kinds: &[(&str, usize)], kind: &str) -> String {
    match kinds.iter().position(|(known, _)| *known == kind) {
        Some(place) => format!("kind{place}"),
        None => "rest".to_owned(),
    }
}

/// What the colours mean, right of the points.
fn legend(out: &mut String, points: &[Point], kinds: &[(&str, usize)], right: f32) {
    let rest = points.len() - kinds.iter().map(|(_, count)| count).sum::<usize>();
    let named = kinds.iter().map(|(kind, count)| (colour(kinds, kind), shown(kind), *count));
    let all = named.chain((rest > 0).then(|| ("rest".to_owned(), "other, or no class".to_owned(), rest)));
    for (place, (colour, kind, count)) in all.enumerate() {
        let (x, y) = (right + LETTER, MARGIN + 1.6 * LETTER * place as f32);
        let _ = writeln!(
            out,
            "<circle class=\"{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>\n<text x=\"{:.1}\" y=\"{:.1}\">{} ({count})</text>",
            x + LETTER,
            y + 0.35 * LETTER,
            escaped(&kind)
        );
    }
}

/// Where points lie in the picture, by one scale along both axes, since distances are what it tells; and its sides.
fn places(points: &[Point]) -> (Vec<[f32; 2]>, [f32; 2]) {
    let bounds = [0, 1].map(|axis| {
        let along = || points.iter().map(|point| point.at[axis]);
        (along().fold(f32::INFINITY, f32::min), along().fold(f32::NEG_INFINITY, f32::max))
    });
    let lengths = bounds.map(|(low, high)| (high - low).max(0.0));
    let longest = lengths[0].max(lengths[1]);
    let scale = if longest > 0.0 { (SIDE - 2.0 * MARGIN) / longest } else { 0.0 };
    let sides = lengths.map(|length| (scale * length + 2.0 * MARGIN).max(LEAST));
    let place = |x: f32, (low, high): (f32, f32), side: f32| side / 2.0 + scale * (x - f32::midpoint(low, high));
    let places = points.iter().map(|point| [0, 1].map(|axis| place(point.at[axis], bounds[axis], sides[axis])));
    (places.collect(), sides)
}

fn radius(weight: u64) -> f32 {
    2.0 + 0.8 * (weight as f32).ln_1p()
}

/// A name as it is shown, cut where it is long.
fn shown(name: &str) -> String {
    match name.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// A name and where its first letter stands.
struct Label {
    text: String,
    x: f32,
    y: f32,
}

/// A part of the picture: left, top, right, bottom.
type Area = [f32; 4];

fn overlap(one: &Area, other: &Area) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

/// Names beside their points, the first first, wherever one has room; none hides another, or another's point.
fn labels(named: impl Iterator<Item = (String, [f32; 2], f32)>, [right, bottom]: [f32; 2]) -> Vec<Label> {
    let (mut taken, mut labels): (Vec<Area>, Vec<Label>) = (Vec::new(), Vec::new());
    for (text, [x, y], radius) in named.filter(|(text, ..)| !text.trim().is_empty()) {
        let (width, height) = (long(&text), LETTER * 1.2);
        let point = [x - radius, y - radius, x + radius, y + radius];
        let (gap, near) = (radius + 2.0, 0.7 * radius + 1.0);
        // Of its lower left corner: right, left, above, below, then between those.
        let corners = [
            (x + gap, y + height / 2.0),
            (x - gap - width, y + height / 2.0),
            (x - width / 2.0, y - gap),
            (x - width / 2.0, y + gap + height),
            (x + near, y - near),
            (x + near, y + near + height),
            (x - near - width, y - near),
            (x - near - width, y + near + height),
        ];
        let areas = corners.map(|(left, low)| [left, low - height, left + width, low]);
        let inside = |area: &Area| area[0] >= 0.0 && area[1] >= 0.0 && area[2] <= right && area[3] <= bottom;
        let free = |area: &Area| inside(area) && !taken.iter().any(|other| overlap(area, other));
        if taken.iter().any(|other| overlap(&point, other)) {
            continue;
        }
        if let Some(area) = areas.into_iter().find(free) {
            taken.extend([area, point]);
            labels.push(Label { text, x: area[0], y: area[3] - 0.3 * LETTER });
        }
        if labels.len() == LABELS {
            break;
        }
    }
    labels
}

/// About how long a name is: the letters of East Asia are as wide as they are high.
fn long(text: &str) -> f32 {
    let wide = |letter: char| if letter >= '\u{2E80}' { 1.0 } else { WIDE };
    text.chars().map(wide).sum::<f32>() * LETTER
}

/// A text as XML holds it; U+FFFD for what XML forbids.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(count: usize) -> Vec<Point> {
        let point = |place: usize| {
            let turn = place as f32 * 2.4;
            let out = (place as f32).sqrt();
            let kind = ["Person", "Location", ""][place % 3].to_owned();
            Point {
                at: [out * turn.cos(), out * turn.sin()],
                name: format!("Thing {place}"),
                kind,
                weight: place as u64,
            }
        };
        (0..count).map(point).collect()
    }

    #[test]
    fn every_point_has_its_place_its_colour_and_its_name() {
        let picture = draw(&points(300), "A map", "300 things");
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
        assert_eq!(picture.matches("<title>").count(), 301);
        assert!(picture.contains("<title>Thing 0, Person</title>") && picture.contains("<title>Thing 2</title>"));
        assert!(picture.contains(">Person (100)</text>") && picture.contains(">other, or no class (100)</text>"));
        assert!(picture.contains("prefers-color-scheme: dark") && !picture.contains("<script"));
        assert!(!picture.contains("NaN") && !picture.contains("inf"));
        assert_eq!(picture, draw(&points(300), "A map", "300 things"));
        // What lies in a flat strip has a flat picture.
        let mut flat = points(300);
        flat.iter_mut().for_each(|point| point.at[1] *= 0.1);
        assert!(draw(&flat, "", "").contains("viewBox=\"0 0 1220 628\""));
    }

    #[test]
    fn names_do_not_overlap_and_those_that_matter_most_come_first() {
        let points = points(2_000);
        let (places, sides) = places(&points);
        let named = points.iter().zip(&places).rev().map(|(point, at)| (point.name.clone(), *at, radius(point.weight)));
        let found = labels(named, sides);
        assert_eq!((found.len(), found[0].text.as_str()), (LABELS, "Thing 1999"));
        let area =
            |label: &Label| [label.x, label.y - 0.9 * LETTER, label.x + long(&label.text), label.y + 0.3 * LETTER];
        for (place, one) in found.iter().enumerate() {
            assert!(found[..place].iter().all(|other| !overlap(&area(one), &area(other))), "{}", one.text);
            assert!(area(one)[0] >= 0.0 && area(one)[2] <= sides[0], "{}", one.text);
        }
    }

    #[test]
    fn a_name_is_text_and_never_markup() {
        let mut one = points(1);
        one[0].name = "<script>\"&\u{1}".to_owned();
        let picture = draw(&one, "a < b", "");
        assert!(picture.contains("<title>&lt;script&gt;&quot;&amp;\u{FFFD}, Person</title>"), "{picture}");
        assert!(picture.contains("<title>a &lt; b</title>") && !picture.contains("<script"));
        assert_eq!(shown(&"é".repeat(40)), format!("{}…", "é".repeat(LETTERS)));
    }

    #[test]
    fn no_point_and_points_in_one_place_are_drawn_too() {
        assert!(draw(&[], "", "").ends_with("</svg>\n"));
        let mut same = points(5);
        same.iter_mut().for_each(|point| point.at = [7.0, 7.0]);
        let picture = draw(&same, "", "");
        assert_eq!(picture.matches("cx=\"300.0\" cy=\"300.0\"").count(), 5);
    }
}
