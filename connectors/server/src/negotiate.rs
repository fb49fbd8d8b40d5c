//! Which format somebody takes. In: an `Accept` header (RFC 9110, 12.5.1). Out: the best of what there is. Never: a format that
//! was excluded.

use connectors::store::{Formats, ResultFormat};

/// Formats of rows, the usual one first.
pub(crate) const ROWS: [(&str, ResultFormat); 8] = [
    ("application/sparql-results+json", ResultFormat::Json),
    ("application/json", ResultFormat::Json),
    ("application/sparql-results+xml", ResultFormat::Xml),
    ("application/xml", ResultFormat::Xml),
    ("text/csv", ResultFormat::Csv),
    ("text/tab-separated-values", ResultFormat::Tsv),
    ("text/xml", ResultFormat::Xml),
    ("text/plain", ResultFormat::Table),
];

/// Formats of triples, the usual one first.
pub(crate) const TRIPLES: [(&str, ResultFormat); 7] = [
    ("text/turtle", ResultFormat::Turtle),
    ("application/n-triples", ResultFormat::NTriples),
    ("application/rdf+xml", ResultFormat::RdfXml),
    ("application/xml", ResultFormat::RdfXml),
    ("application/ld+json", ResultFormat::JsonLd),
    ("application/json", ResultFormat::JsonLd),
    ("text/plain", ResultFormat::NTriples),
];

/// The formats that are taken, of rows and of triples. Without a header everything is.
pub(crate) fn formats(accept: Option<&str>) -> Formats {
    Formats { rows: best(accept, &ROWS), triples: best(accept, &TRIPLES) }
}

/// The name under which a format is sent.
pub(crate) fn media_type(format: ResultFormat, triples: bool) -> &'static str {
    let all = if triples { &TRIPLES[..] } else { &ROWS[..] };
    let known = all.iter().find(|(_, known)| *known == format).map(|(name, _)| *name);
    match known.unwrap_or("text/plain") {
        "text/turtle" => "text/turtle; charset=utf-8",
        "text/csv" => "text/csv; charset=utf-8; header=present",
        "text/tab-separated-values" => "text/tab-separated-values; charset=utf-8",
        "text/plain" => "text/plain; charset=utf-8",
        other => other,
    }
}

/// The best of `offered` by the header.
pub(crate) fn best<T: Copy>(accept: Option<&str>, offered: &[(&str, T)]) -> Option<T> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return offered.first().map(|(_, format)| *format);
    };
    let ranges: Vec<Range<'_>> = accept.split(',').filter_map(Range::of).collect();
    let mut best: Option<(u16, usize, T)> = None;
    for (name, format) in offered {
        // The most specific range that fits decides; the first of equals is the reader's own order.
        let fits = ranges.iter().enumerate().filter_map(|(at, range)| Some((range.fit(name)?, at, range.weight)));
        let Some((_, at, weight)) = fits.max_by_key(|(fit, at, _)| (*fit, std::cmp::Reverse(*at))) else { continue };
        let better = best.is_none_or(|(known, place, _)| weight > known || weight == known && at < place);
        if weight > 0 && better {
            best = Some((weight, at, *format));
        }
    }
    best.map(|(_, _, format)| format)
}

/// How gladly something is taken, in thousandths, by what stands beside it in a header (RFC 9110, 12.4.2).
pub(crate) fn weight<'a>(mut beside: impl Iterator<Item = &'a str>) -> u16 {
    let weight = beside.find_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f64>().unwrap_or(0.0))
    });
    (weight.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0).round() as u16
}

/// A range of formats that somebody takes.
struct Range<'a> {
    kind: &'a str,
    form: &'a str,
    /// In thousandths.
    weight: u16,
}

impl Range<'_> {
    fn of(text: &str) -> Option<Range<'_>> {
        let mut parts = text.split(';');
        let (kind, form) = parts.next()?.trim().split_once('/')?;
        Some(Range { kind: kind.trim(), form: form.trim(), weight: weight(parts) })
    }

    /// How closely it fits a format; none where it does not.
    fn fit(&self, name: &str) -> Option<u8> {
        let (kind, form) = name.split_once('/')?;
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        match (self.kind, self.form) {
            ("*", "*") => Some(0),
            (wanted, "*") if same(wanted, kind) => Some(1),
            (wanted, exactly) if same(wanted, kind) && same(exactly, form) => Some(2),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, rows: Option<ResultFormat>, triples: Option<ResultFormat>) {
        assert_eq!(formats(Some(accept)), Formats { rows, triples }, "{accept}");
    }

    #[test]
    fn the_reader_decides_by_weight_then_by_order() {
        use ResultFormat::{Csv, Json, JsonLd, NTriples, RdfXml, Tsv, Turtle, Xml};
        check("*/*", Some(Json), Some(Turtle));
        check("", Some(Json), Some(Turtle));
        check("text/csv", Some(Csv), None);
        check("text/*", Some(Csv), Some(Turtle));
        check("text/csv;q=0.5, text/tab-separated-values", Some(Tsv), None);
        check("application/sparql-results+xml, application/json;q=0.9", Some(Xml), Some(JsonLd));
        check("*/*, application/sparql-results+json;q=0, application/json;q=0", Some(Xml), Some(Turtle));
        check("application/n-triples, text/turtle", None, Some(NTriples));
        check("APPLICATION/RDF+XML; charset=utf-8", None, Some(RdfXml));
        check("image/png", None, None);
        check("nonsense", None, None);
        check("text/csv;q=nonsense", None, None);
    }
}
