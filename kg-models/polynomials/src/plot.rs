//! What filters do to a spectrum, drawn. In: polynomials. Out: a picture in SVG, the same for the same polynomials.
//! Never: a font or a script from elsewhere.

use super::basis::Polynomial;
use std::fmt::Write;

const WIDE: f64 = 640.0;
const HIGH: f64 = 400.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 20.0;
const RIGHT: f64 = 150.0;
const BOTTOM: f64 = 50.0;
/// Points of a curve between the eigenvalues 0 and 2.
const POINTS: usize = 200;
/// Colours that people with any colour vision tell apart (Okabe and Ito 2008).
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/// Draws the responses `g(λ)` of named filters for λ from 0 to 2.
pub fn responses(filters: &[(String, Polynomial)]) -> String {
    let curves: Vec<Vec<(f64, f64)>> = filters.iter().map(|(_, filter)| curve(filter)).collect();
    let heights = || curves.iter().flatten().map(|point| point.1);
    let (low, high) = (heights().fold(0.0, f64::min), heights().fold(0.0, f64::max));
    let high = if high - low > 1e-9 { high } else { low + 1.0 };
    let across = |x: f64| LEFT + x / 2.0 * (WIDE - LEFT - RIGHT);
    let down = |y: f64| TOP + (high - y) / (high - low) * (HIGH - TOP - BOTTOM);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDE}\" height=\"{HIGH}\" viewBox=\"0 0 {WIDE} {HIGH}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for step in 0..=4 {
        let x = f64::from(step) / 2.0;
        let y = low + (high - low) * f64::from(step) / 4.0;
        let (right, bottom) = (across(2.0), HIGH - BOTTOM);
        let _ = writeln!(
            out,
            "<path d=\"M{0:.1} {TOP}V{bottom}M{LEFT} {1:.1}H{right:.1}\" stroke=\"#ddd\"/>\n\
             <text x=\"{0:.1}\" y=\"{2:.1}\" text-anchor=\"middle\">{x}</text>\n\
             <text x=\"{3:.1}\" y=\"{4:.1}\" text-anchor=\"end\">{y:.2}</text>",
            across(x),
            down(y),
            bottom + 18.0,
            LEFT - 8.0,
            down(y) + 4.0
        );
    }
    let middle = across(1.0);
    let _ = writeln!(out, "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">λ</text>", HIGH - 12.0);
    let _ = writeln!(out, "<text x=\"14\" y=\"{:.1}\">g(λ)</text>", TOP + 4.0);
    for (index, ((name, _), curve)) in filters.iter().zip(&curves).enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let points: Vec<String> = curve.iter().map(|&(x, y)| format!("{:.2},{:.2}", across(x), down(y))).collect();
        let points = points.join(" ");
        let _ = writeln!(out, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{points}\"/>");
        let height = TOP + 14.0 + 18.0 * index as f64;
        let x = across(2.0) + 12.0;
        let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{height:.1}\" fill=\"{colour}\">{name}</text>");
    }
    out.push_str("</svg>\n");
    out
}

fn curve(filter: &Polynomial) -> Vec<(f64, f64)> {
    (0..=POINTS).map(|step| 2.0 * step as f64 / POINTS as f64).map(|x| (x, filter.response(x))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis::Basis;

    #[test]
    fn every_filter_has_its_curve_and_its_name() {
        let filters = Basis::ALL.map(|basis| (basis.to_string(), Polynomial::first(basis, 4)));
        let picture = responses(&filters);
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
        assert_eq!(picture.matches("<polyline").count(), filters.len());
        assert!(filters.iter().all(|(name, _)| picture.contains(&format!(">{name}</text>"))));
        assert!(!picture.contains("NaN") && !picture.contains("inf"));
    }
}
