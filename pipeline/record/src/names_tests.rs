//! Names that are shown and compared. In: spellings. Out: what must be equal is, what must not is not.
//! Never: a name of anybody alive.

use super::*;

fn check(surfaces: &[&str], shown: &str) {
    let compared = key(shown);
    for surface in surfaces {
        assert_eq!(&*display(surface), shown, "{surface:?}");
        assert_eq!(key(&display(surface)), compared, "{surface:?}");
    }
}

fn check_equal(spellings: &[&str]) {
    for spelling in spellings {
        assert_eq!(key(&display(spelling)), key(&display(spellings[0])), "{spelling:?}");
    }
}

/// Where `text` says `name` first.
fn at(text: &str, name: &str, person: bool) -> String {
    let start = text.find(name).expect("the text says it") as u32;
    written(text, Span { start, end: start + name.len() as u32 }, person).to_string()
}

#[test]
fn names_are_shown_and_compared() {
    for (surface, shown, compared) in [
        ("  the  United\nStates", "United States", "united states"),
        ("“Hamlet”", "Hamlet", "hamlet"),
        ("The Salt Road", "The Salt Road", "salt road"),
        ("Wilfried \"Willi\" Schneider", "Wilfried \"Willi\" Schneider", "wilfried willi schneider"),
        ("ＵＮ", "UN", "un"),
        ("Pell & Osgood", "Pell & Osgood", "pell and osgood"),
    ] {
        assert_eq!(&*display(surface), shown, "{surface}");
        assert_eq!(&*key(&display(surface)), compared, "{surface}");
    }
}

#[test]
fn quotes_stand_in_pairs() {
    for (surface, shown) in [
        ("“Norsea” Oil Company", "“Norsea” Oil Company"),
        ("Norsea” Oil Company", "Norsea Oil Company"),
        ("Wilfried \"Willi\"", "Wilfried \"Willi\""),
        ("\"Wilfried Schneider\"", "Wilfried Schneider"),
        ("“Hamlet” and “Macbeth”", "“Hamlet” and “Macbeth”"),
        ("Anna \"Nan", "Anna Nan"),
        ("12\" Singles", "12\" Singles"),
        ("\"", "\""),
    ] {
        assert_eq!(&*display(surface), shown, "{surface}");
        assert_eq!(&*display(shown), shown, "{surface}: it stays");
    }
    assert_eq!(at("The “Norsea” Oil Company grew.", "Norsea” Oil Company", false), "“Norsea” Oil Company");
    assert_eq!(at("She is Anna \"Nan\" to us.", "Anna \"Nan", true), "Anna \"Nan\"");
    assert_eq!(at("`Tick` Corp grew.", "Tick` Corp", false), "Tick Corp");
    assert_eq!(at("The ‘Tick’ Corp grew.", "Tick’ Corp", false), "Tick Corp");
    assert_eq!(at("The 'Workers' Union' grew.", "Workers' Union", false), "Workers' Union");
    assert_eq!(at("The Workers' Union grew.", "Workers' Union", false), "Workers' Union");
    assert_eq!(at("the sign \"Oslo\" there", "Oslo", false), "Oslo");
}

#[test]
fn spellings_of_one_name_compare_equal() {
    check(
        &["Marta O'Hara", "Marta O’Hara", "Marta OʼHara", "Marta O‘Hara", "Marta O´Hara", "Marta O′Hara"],
        "Marta O'Hara",
    );
    check_equal(&["J. R. Halvorsen", "J.R. Halvorsen", "JR Halvorsen", "J R Halvorsen"]);
    check_equal(&["T. S. Arden", "T.S. Arden", "T. S.Arden", "T.S.Arden", "TS Arden"]);
    check_equal(&["U.S. Army", "U.S.Army", "US Army"]);
    check_equal(&["Jean-Paul Vell", "Jean‑Paul Vell", "Jean‐Paul Vell", "Jean–Paul Vell", "Jean Paul Vell"]);
    check_equal(&["J.-P. Vell", "J. P. Vell", "JP Vell", "J-P Vell"]);
    check_equal(&["Norsea Oil Co., Ltd.", "Norsea Oil Co. Ltd", "Norsea Oil Co Ltd"]);
    check_equal(&["Washington, D.C.", "Washington D.C.", "Washington, DC", "Washington D. C."]);
    check_equal(&["İzmir", "Izmir", "IZMIR", "ızmir", "izmir"]);
    check_equal(&["Diyarbakır", "DİYARBAKIR", "Diyarbakir"]);
    check_equal(&["Ｎｏｒｓｅａ", "Norsea", "NORSEA"]);
    check_equal(&["ﾄｳｷｮｳ", "トウキョウ"]);
    check(
        &[
            "Marta Ek\u{ad}dal",
            "\u{feff}Marta Ekdal",
            "Marta\u{2060} Ekdal",
            "\u{200e}Marta Ekdal\u{200f}",
            "Mar\u{200b}ta Ekdal",
            "Marta\u{a0}Ekdal",
            "Marta\u{202f}Ekdal",
            "\u{202b}Marta Ekdal\u{202c}",
            "Marta Ekdal\u{fe0f}",
            "Mar\u{200d}ta Ekdal",
        ],
        "Marta Ekdal",
    );
}

#[test]
fn different_names_stay_different() {
    for (one, other) in [
        ("St. John", "St. John's"),
        ("Saint John", "St. John"),
        ("Bergen", "Bergen F.C."),
        ("Bergvik II", "Bergvik III"),
        ("F-16", "F-18"),
        ("C", "C++"),
        ("J. R. Halvorsen", "R. J. Halvorsen"),
    ] {
        assert_ne!(key(&display(one)), key(&display(other)), "{one} {other}");
    }
}

#[test]
fn labels_are_clean_and_keep_what_is_theirs() {
    check(
        &[
            "Hamford)",
            "(Hamford",
            "(Hamford)",
            "[Hamford]",
            "Hamford (",
            "Hamford 🙂",
            "Hamford™",
            "Hamford†",
            "• Hamford",
            "Hamford,",
        ],
        "Hamford",
    );
    check(&["Café Mirella (Northford)", "“Café Mirella (Northford)”"], "Café Mirella (Northford)");
    check(&["Café Mirella", "Café Mirella (North"], "Café Mirella");
    check(&["Jeopardy!"], "Jeopardy!");
    check(&["Washington, D.C."], "Washington, D.C.");
    check(&["Harbour Press Ltd.", "\"Harbour Press Ltd.\""], "Harbour Press Ltd.");
    check(&["Bergen F.C."], "Bergen F.C.");
    check(&["'s-Hertogenbosch"], "'s-Hertogenbosch");
    check(&["Hamford.", "Hamford..."], "Hamford");
    check(&["Hamford\u{7}\u{0}Bay"], "Hamford Bay");
    check(&["F♯ A♯"], "F♯ A♯");
}

#[test]
fn what_the_reader_cut_off_is_taken_from_the_text() {
    assert_eq!(at("McDonald's was founded in 1940.", "McDonald", false), "McDonald's");
    assert_eq!(at("McDonald’s is a company.", "McDonald’s", false), "McDonald's");
    assert_eq!(at("He worked at Wendel's, then left.", "Wendel", false), "Wendel's");
    assert_eq!(at("Sweden's king slept.", "Sweden", false), "Sweden");
    assert_eq!(at("Sweden's king slept.", "Sweden's", false), "Sweden");
    assert_eq!(at("St. John's harbour froze.", "St. John", false), "St. John's");
    assert_eq!(at("Marta Ekdal's in Oslo.", "Marta Ekdal", true), "Marta Ekdal");
    assert_eq!(at("Harbour Press Ltd. is old.", "Harbour Press Ltd", false), "Harbour Press Ltd.");
    assert_eq!(at("It joined Bergen F.C. in May.", "Bergen F.C", false), "Bergen F.C.");
    assert_eq!(at("He lives in Washington, D.C.", "Washington, D.C", false), "Washington, D.C.");
    assert_eq!(at("He lives in Bergen. She left.", "Bergen", false), "Bergen");
    assert_eq!(at("The Hill (Northford) burnt.", "Hill (Northford", false), "Hill (Northford)");
}

#[test]
fn the_most_complete_name_wins() {
    let names: Vec<Arc<str>> = ["Lincoln", "Abraham Lincoln", "Lincoln"].map(Arc::from).to_vec();
    assert_eq!(most_complete(&names).as_deref(), Some("Abraham Lincoln"));
    assert!(!travels("lincoln", "abraham lincoln", true));
    assert!(!travels("mr lincoln", "abraham lincoln", true));
    assert!(travels("corvania", "republic of corvania", false));
    assert!(travels("mark twain", "samuel clemens", true));
    assert!(shortens("corvania", "republic of corvania") && !shortens("pacific ocean", "atlantic ocean"));
    assert!(is_acronym("who", "world health organization") && is_acronym("fda", "food and drug administration"));
    assert!(!is_acronym("oslo", "world health organization"));
}

#[test]
fn plain_names_are_shown_and_compared_as_any_name() {
    let words =
        ["the", "The", "Odd", "A", "b", "3", "R2", "and", "de", "Ltd", "No", "St", "theatre", "", "Ö", "x.", "Jo-An"];
    for first in words {
        for second in words {
            for third in words {
                let name = [first, second, third].join(" ");
                for name in [name.as_str(), name.trim()] {
                    assert_eq!(display(name), cleaned(name), "{name:?}");
                    assert_eq!(key(name), compared(name), "{name:?}");
                }
            }
        }
    }
}
