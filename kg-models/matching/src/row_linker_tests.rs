//! Rows mean what a reader would say, whatever way the graph came to be. In: small worlds. Out: what fails. Never: an encoder.

use super::*;
use proptest::prelude::*;

/// What one part of the world says: of whom, what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    Name(String, String, bool),
    Class(String, String),
    Link(String, String, String),
    Direction(String, Vec<i8>),
    Opens(String),
}

fn apply(linker: &mut RowLinker, fact: &Fact, comes: bool) {
    match fact {
        Fact::Name(thing, name, label) => linker.take(thing, Said::Name(name, *label), comes),
        Fact::Class(thing, class) => linker.take(thing, Said::Class(class), comes),
        Fact::Link(head, relation, tail) => linker.take(head, Said::Link(relation, tail), comes),
        Fact::Opens(thing) => linker.take(thing, Said::Opens, comes),
        Fact::Direction(thing, direction) => linker.take(thing, Said::Direction(direction), comes),
    }
}

fn row(name: &str, kind: &str, country: &str, note: &str) -> TableRow {
    TableRow {
        iri: format!("urn:row:{name}").into(),
        table: "t".into(),
        names: vec![name.into()],
        kind: kind.into(),
        columns: vec![("country".into(), country.into()), ("note".into(), note.into())],
        direction: vec![100, 20, 0],
    }
}

fn name(thing: &str, text: &str) -> Fact {
    Fact::Name(thing.into(), text.into(), true)
}

fn class(thing: &str, class: &str) -> Fact {
    Fact::Class(thing.into(), class.into())
}

fn link(head: &str, relation: &str, tail: &str) -> Fact {
    Fact::Link(head.into(), relation.into(), tail.into())
}

fn world() -> Vec<Fact> {
    vec![
        name("corvania", "Corvania"),
        Fact::Name("corvania".into(), "Corvanian".into(), false),
        class("corvania", "Place"),
        name("ostrand", "Ostrand"),
        class("ostrand", "Place"),
        name("mirstead", "Mirstead"),
        class("mirstead", "Place"),
        link("mirstead", "P17", "corvania"),
        name("mirstead-ostrand", "Mirstead"),
        class("mirstead-ostrand", "Place"),
        link("mirstead-ostrand", "P17", "ostrand"),
        link("mirstead-ostrand", "P131", "skarne"),
        name("skarne", "Skarne"),
        name("aldwen", "Aldwen"),
        class("aldwen", "Place"),
        link("aldwen", "P17", "corvania"),
        name("aldwen-river", "Aldwen River"),
        class("aldwen-river", "Place"),
        link("aldwen-river", "P17", "corvania"),
        name("velmora", "University of Velmora"),
        class("velmora", "Body"),
        link("velmora", "P17", "corvania"),
        Fact::Direction("velmora".into(), vec![90, 30, 5]),
        name("council", "National Research Council"),
        class("council", "Body"),
        link("council", "P17", "corvania"),
        Fact::Opens("council".into()),
    ]
}

fn rows() -> Vec<TableRow> {
    vec![
        row("Mirstead", "town", "Corvanian", ""),
        row("MIRSTEAD", "village", "Ostrand", "near Skarne"),
        row("Aldwen", "river", "Corvania", ""),
        row("Velmora, University of", "university", "Corvania", ""),
        row("Univercity of Vellmora", "", "", ""),
        row("N.R.C.", "research body", "Corvania", ""),
        row("Tarnholm University", "university", "Corvania", ""),
        row("Zzyzx", "", "Ostrand", ""),
    ]
}

fn linker() -> RowLinker {
    let counts: Vec<[Vec<Arc<str>>; 2]> = (0..60)
        .map(|place| match place % 3 {
            0 => [vec![format!("River {place}").into()], vec!["Place".into()]],
            1 => [vec![format!("University of {place}").into()], vec!["Body".into()]],
            _ => [vec![format!("North {place}").into()], vec!["Place".into()]],
        })
        .collect();
    let counts = WordCounts::of(counts.iter().map(|[names, classes]| (&names[..], &classes[..])), &[]);
    let relations = [("P17".into(), "country".into()), ("P131".into(), "located in".into())];
    RowLinker::new(rows(), counts, relations, [("Body".into(), "Organization".into())])
}

fn told(linker: &RowLinker) -> Vec<Option<String>> {
    (0..rows().len() as u32).map(|row| linker.best(row, 0.5).map(|best| best.thing.to_string())).collect()
}

#[test]
fn rows_mean_what_a_reader_would_say() {
    let mut linker = linker();
    world().iter().for_each(|fact| apply(&mut linker, fact, true));
    let wanted = [
        Some("mirstead"),
        Some("mirstead-ostrand"),
        Some("aldwen-river"),
        Some("velmora"),
        Some("velmora"),
        Some("council"),
        None,
        None,
    ];
    assert_eq!(told(&linker), wanted.map(|name| name.map(str::to_owned)));
    let words =
        |row: u32| -> Vec<String> { linker.best(row, 0.0).unwrap().evidence.iter().map(ToString::to_string).collect() };
    assert!(words(0).contains(&"country \"Corvanian\" is \"Corvania\", its country".to_owned()), "{:?}", words(0));
    assert!(words(1).contains(&"note \"Skarne\" names what it is linked with".to_owned()), "{:?}", words(1));
    assert_eq!(words(2)[0], "name \"Aldwen\" with kind \"river\" is \"Aldwen River\"");
    assert_eq!(words(3)[0], "name \"Velmora, University of\" is \"University of Velmora\"");
    assert!(words(3).contains(&"kind \"university\" is mostly Organization".to_owned()), "{:?}", words(3));
    assert!(words(3).iter().any(|words| words.starts_with("what is said around it is like the row (cosine 0.9")));
}

#[test]
fn what_goes_is_meant_no_longer_and_the_rows_that_it_touches_are_told() {
    let mut linker = linker();
    world().iter().for_each(|fact| apply(&mut linker, fact, true));
    assert!(linker.take_stale().contains(&0));
    assert!(linker.take_stale().is_empty());
    apply(&mut linker, &name("council", "National Research Council"), false);
    assert_eq!(linker.take_stale(), BTreeSet::from([5]));
    assert_eq!(linker.best(5, 0.5), None);
    apply(&mut linker, &name("ostrand", "Ostrand"), false);
    let stale = linker.take_stale();
    assert!(stale.contains(&1) && stale.contains(&7) && !stale.contains(&2), "{stale:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Facts come and go; rows that are not told to be stale mean what they meant, and all is as in a fresh graph.
    #[test]
    fn what_rows_mean_follows_any_history(history in prop::collection::vec(prop::collection::vec(0usize..27, 1..8), 1..10)) {
        let (world, mut following) = (world(), linker());
        let mut live: BTreeSet<usize> = BTreeSet::new();
        let mut kept: Vec<Vec<RowCandidate>> = vec![Vec::new(); rows().len()];
        for epoch in &history {
            for fact in epoch {
                let comes = live.insert(*fact);
                if !comes {
                    live.remove(fact);
                }
                apply(&mut following, &world[*fact], comes);
            }
            for row in following.take_stale() {
                kept[row as usize] = following.candidates(row);
            }
        }
        let mut fresh = linker();
        live.iter().for_each(|fact| apply(&mut fresh, &world[*fact], true));
        for (row, kept) in (0u32..).zip(kept) {
            prop_assert_eq!(kept, fresh.candidates(row));
        }
    }
}
