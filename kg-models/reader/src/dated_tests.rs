//! What the times of sentences are of. In: sentences. Out: what is told of a time. Never: a model's score.

use super::*;
use crate::bundled;
use kgloom_record::record::Span;

fn check(property: &str, expected: Told, times: &[(&str, &str)]) {
    let backbone = bundled::backbone().unwrap();
    for (text, time) in times {
        let tokenized = backbone.chunker.tokenize(text).unwrap();
        let at = text.find(time).expect("the text tells the time");
        let words = tokenized.words_under(Span { start: at as u32, end: (at + time.len()) as u32 });
        assert_eq!(told(property, (text, &tokenized), &words), expected, "{property} {time} in {text}");
    }
}

#[test]
fn what_befell_a_firm_is_not_its_beginning() {
    check(
        "P571",
        Told::Else,
        &[
            ("Norsea Oil was nearly bought by Shell in 1990.", "1990"),
            ("Norsea Oil was listed on the Oslo Stock Exchange in 1990.", "1990"),
            ("Norsea Oil was headquartered in Bergen until 1990.", "1990"),
            ("Norsea Oil belonged to Shell until 1990.", "1990"),
            ("Norsea Oil celebrated 50 years in 1990.", "1990"),
            ("Norsea Oil was sold in 1990. It had been founded in 1950.", "1990"),
            ("Norsea Oil was founded in 1950, bankrupt in 1980 and re-established in 1990.", "1980"),
            ("Norsea Oil moved its seat from Bergen to Oslo in 1990.", "1990"),
            ("Norsea Oil was renamed Norsea Energy in 1999.", "1999"),
            ("In 1990, Norsea Oil was sold to Shell.", "1990"),
            ("Norsea Oil, founded by Odd Falk, was sold in 1990.", "1990"),
            ("Norsea Oil was founded in 1950 and sold on 3 May 1990.", "3 May 1990"),
            ("The 1990 sale of Norsea Oil was a mistake.", "1990"),
            ("Norsea Oil (moved to Oslo in 1990) makes oil.", "1990"),
        ],
    );
}

#[test]
fn a_beginning_stays_one() {
    check(
        "P571",
        Told::It,
        &[
            ("Norsea Oil was founded in 1902.", "1902"),
            ("The firm dates from 1902.", "1902"),
            ("The firm was set up in Oslo by Odd Falk in 1902.", "1902"),
            ("The firm opened its doors in 1902.", "1902"),
            ("Founded: 1902, Oslo", "1902"),
            ("Founded in 1902, the firm was sold in 1990.", "1902"),
            ("In 1902 the firm that Shell bought was founded.", "1902"),
            ("Norsea Oil was founded when Shell bought Harbour Press in 1902.", "1902"),
            ("Norsea Oil was not founded until 1902.", "1902"),
            ("Norsea Oil was founded in 1950, bankrupt in 1980 and re-established in 1990.", "1990"),
            ("Norsea Oil (founded 1902, sold 1990) makes oil.", "1902"),
            ("Norsea Oil, which Shell sold in 1990, was founded in 1902.", "1902"),
        ],
    );
    check(
        "P571",
        Told::Nothing,
        &[
            ("Norsea Oil (1902–1950) was a firm.", "1902"),
            ("Norsea Oil (1902, sold 1950) was a firm.", "1902"),
            ("The club has played at Quarry Lane since 1911.", "1911"),
            ("Shell bought Norsea Oil, a maker of oil since 1898.", "1898"),
            ("Cobalt has bought Tamsin Court, a 1968 estate of flats.", "1968"),
            ("South Sudan became independent in 2011.", "2011"),
            ("On the left wall hangs the altarpiece of 1487.", "1487"),
            ("The Sold Boat is a ship of 1902.", "1902"),
        ],
    );
}

#[test]
fn ends_publications_births_and_deaths_are_told_alike() {
    check(
        "P576",
        Told::Else,
        &[
            ("Norsea Oil was founded in 1950. It was dissolved by the state.", "1950"),
            ("Norsea Oil was listed in 1990 and dissolved in 2000.", "1990"),
        ],
    );
    check(
        "P576",
        Told::It,
        &[
            ("Norsea Oil was dissolved in 1990.", "1990"),
            ("Norsea Oil went bankrupt in 1990.", "1990"),
            ("The yard was active until 1990.", "1990"),
            ("Founded in 1950, it was closed in 1990.", "1990"),
        ],
    );
    check(
        "P576",
        Told::Nothing,
        &[("Norsea Oil was taken over by Shell in 1990.", "1990"), ("Norsea Oil (1902–1950)", "1950")],
    );
    check(
        "P577",
        Told::Else,
        &[("Harbour won a prize in 1963.", "1963"), ("The reel of Harbour was stolen in 1990.", "1990")],
    );
    check("P577", Told::It, &[("Harbour was released in 1962 and won a prize in 1963.", "1962")]);
    check(
        "P577",
        Told::Nothing,
        &[("Harbour is a 1962 film.", "1962"), ("Her first novel, Harbour (1962), was sold.", "1962")],
    );
    for (property, other) in [("P569", "P570"), ("P570", "P569")] {
        check(
            property,
            Told::Else,
            &[
                ("Odd Falk moved to Oslo in 1950.", "1950"),
                ("Odd Falk married Tilda Renn in 1950.", "1950"),
                ("In 1950 Odd Falk graduated from the university.", "1950"),
                ("Odd Falk (born 1921, married 1950, died 1999) was a painter.", "1950"),
            ],
        );
        check(
            property,
            Told::Nothing,
            &[("Odd Falk (1921–1999) moved to Oslo.", "1921"), ("Odd Falk (Bergen, 1921 – Oslo, 1999) won.", "1999")],
        );
        let own = if property == "P569" { "Odd Falk was born in Bergen in 1921." } else { "He died in 1921 in Oslo." };
        check(property, Told::It, &[(own, "1921")]);
        check(other, Told::Else, &[(own, "1921")]);
    }
    check("P569", Told::It, &[("Born in Bergen in 1921, he moved to Oslo.", "1921")]);
    check("P570", Told::It, &[("He worked in Oslo until his death in 1999.", "1999")]);
}

#[test]
fn other_relations_have_no_rule() {
    check("P585", Told::Nothing, &[("Norsea Oil was sold in 1990.", "1990")]);
    check("", Told::Nothing, &[("Norsea Oil was sold in 1990.", "1990")]);
}
