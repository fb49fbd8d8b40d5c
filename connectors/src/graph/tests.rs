//! A graph holds what a set of rows would hold, whatever its history, on disk and in memory, for writers and readers.

use super::*;
use std::collections::BTreeSet;

/// A small generator with a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Subject, property, object and graph, by name; "" is the default graph.
type Named = [String; 4];

fn quad(draw: &mut Draw, names: u64) -> Named {
    let name = |kind: &str, number: u64| format!("urn:x:{kind}{number}");
    let graph = if draw.below(2) == 0 { String::new() } else { name("g", draw.below(3)) };
    [name("s", draw.below(names)), name("p", draw.below(4)), name("o", draw.below(names)), graph]
}

fn bytes(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    term::name(name, &mut bytes);
    bytes
}

fn row(edit: &mut Edit<'_>, quad: &Named) -> Row {
    let mut row = [DEFAULT; 4];
    for (number, name) in row.iter_mut().zip(quad).filter(|(_, name)| !name.is_empty()) {
        *number = edit.number(&bytes(name)).unwrap();
    }
    row
}

fn named(image: &Image, row: Row) -> Named {
    let name = |number: u32| match image.term(number).unwrap() {
        oxigraph::model::Term::NamedNode(node) => node.into_string(),
        other => panic!("{other} is no name"),
    };
    [name(row[0]), name(row[1]), name(row[2]), graph_of(&row).map(name).unwrap_or_default()]
}

/// Everything that fits, as the graph finds it.
fn found(image: &Arc<Image>, ends: [Option<&str>; 3], of: Option<&str>) -> BTreeSet<Named> {
    let number = |name: &str| image.number(&bytes(name)).unwrap();
    let mut numbers = [None; 3];
    for (number_of, end) in numbers.iter_mut().zip(ends) {
        if let Some(end) = end {
            let Some(number) = number(end) else { return BTreeSet::new() };
            *number_of = Some(number);
        }
    }
    let of = match of {
        None => Of::AnyNamed,
        Some("") => Of::Default,
        Some(graph) => match number(graph) {
            Some(graph) => Of::Named(graph),
            None => return BTreeSet::new(),
        },
    };
    let rows = Arc::clone(image).rows(numbers, of).unwrap();
    let rows: Vec<Named> = rows.map(|row| named(image, row.unwrap())).collect();
    let set: BTreeSet<Named> = rows.iter().cloned().collect();
    assert_eq!(set.len(), rows.len(), "a row is found once");
    set
}

fn holds(image: &Arc<Image>, expected: &BTreeSet<Named>) {
    assert_eq!(image.len(), expected.len() as u64);
    let graphs: BTreeSet<&str> = expected.iter().map(|quad| quad[3].as_str()).filter(|name| !name.is_empty()).collect();
    let told = image.graphs().unwrap();
    assert_eq!(told.len(), graphs.len());
    let some = expected.iter().step_by(1 + expected.len() / 12);
    for quad in some.chain(std::iter::once(&quad(&mut Draw(7), 5))) {
        for mask in 0..8 {
            let end = |place: usize| (mask >> place & 1 == 1).then_some(quad[place].as_str());
            let ends = [end(0), end(1), end(2)];
            let fits = |other: &&Named| ends.iter().zip(*other).all(|(end, name)| end.is_none_or(|end| end == name));
            for of in [None, Some(""), Some(quad[3].as_str()), Some("urn:x:g0")] {
                let in_graph = |other: &&Named| match of {
                    None => !other[3].is_empty(),
                    Some(graph) => other[3] == graph,
                };
                let wanted: BTreeSet<Named> = expected.iter().filter(fits).filter(in_graph).cloned().collect();
                assert_eq!(found(image, ends, of), wanted, "{ends:?} in {of:?}");
            }
        }
    }
}

/// One change by chance, of the graph and of the set.
fn change(graph: &Graph, expected: &mut BTreeSet<Named>, draw: &mut Draw, most: u64) {
    let names = 3 + draw.below(30);
    let mut edit = graph.edit();
    for _ in 0..draw.below(most) {
        let gone = match draw.below(2) {
            0 => quad(draw, names),
            _ => match expected.iter().nth(draw.below(expected.len().max(1) as u64) as usize) {
                Some(quad) => quad.clone(),
                None => continue,
            },
        };
        let gone_row = row(&mut edit, &gone);
        edit.remove(gone_row);
        expected.remove(&gone);
    }
    for _ in 0..draw.below(most) {
        let come = quad(draw, names);
        let come_row = row(&mut edit, &come);
        edit.insert(come_row);
        expected.insert(come);
    }
    edit.commit().unwrap();
}

#[test]
fn histories_by_chance_hold_what_a_set_would_hold() {
    for seed in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        let (mut draw, mut expected) = (Draw(seed), BTreeSet::new());
        let mut graph = Graph::open(folder.path()).unwrap();
        for step in 0..30 {
            let before = (graph.image(), expected.clone());
            change(&graph, &mut expected, &mut draw, 40);
            match draw.below(6) {
                0 => graph.flush().unwrap(),
                1 => {
                    let mut home = held(&graph.home);
                    let at = home.as_mut().unwrap();
                    let (image, new) = settle_in(&at.folder, at.generation + 1, &graph.image()).unwrap();
                    *at = new;
                    *held(&graph.image) = Arc::new(image);
                }
                2 => {
                    drop(graph);
                    graph = Graph::open(folder.path()).unwrap();
                }
                _ => {}
            }
            if step % 3 == 0 {
                holds(&graph.image(), &expected);
                holds(&Graph::read(folder.path()).unwrap().unwrap().image(), &expected);
                holds(&before.0, &before.1);
            }
        }
        holds(&graph.image(), &expected);
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 2, "one generation is left");
    }
}

#[test]
fn a_graph_in_memory_and_one_whose_terms_span_blocks_hold_what_they_should() {
    let graph = Graph::in_memory().unwrap();
    let (mut draw, mut expected) = (Draw(3), BTreeSet::new());
    (0..5).for_each(|_| change(&graph, &mut expected, &mut draw, 60));
    holds(&graph.image(), &expected);

    let folder = tempfile::tempdir().unwrap();
    let graph = Graph::open(folder.path()).unwrap();
    let mut expected = BTreeSet::new();
    let mut edit = graph.edit();
    for number in 0..9 {
        let long = format!("urn:x:{number}{}", "y".repeat(30_000 + number * 17_000));
        let quad = [long.clone(), "urn:x:p0".to_owned(), "urn:x:o0".to_owned(), String::new()];
        let row = row(&mut edit, &quad);
        edit.insert(row);
        expected.insert(quad);
    }
    edit.commit().unwrap();
    let home = held(&graph.home).take().unwrap();
    settle_in(&home.folder, home.generation + 1, &graph.image()).unwrap();
    holds(&Graph::read(folder.path()).unwrap().unwrap().image(), &expected);
}

#[test]
fn a_change_that_was_cut_off_is_not_there_and_damage_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mut draw, mut expected) = (Draw(5), BTreeSet::new());
    let graph = Graph::open(folder.path()).unwrap();
    while expected.len() < 20 {
        change(&graph, &mut expected, &mut draw, 50);
    }
    let changes = folder.path().join("changes.1");
    let whole = std::fs::read(&changes).unwrap();
    let before = expected.clone();
    while expected == before {
        change(&graph, &mut expected, &mut draw, 9);
    }
    let longer = std::fs::read(&changes).unwrap();
    std::fs::write(&changes, &longer[..longer.len() - 1]).unwrap();
    holds(&Graph::read(folder.path()).unwrap().unwrap().image(), &before);
    drop(graph);
    let graph = Graph::open(folder.path()).unwrap();
    holds(&graph.image(), &before);
    assert_eq!(std::fs::read(&changes).unwrap(), whole, "what is not whole is cut off");
    let home = held(&graph.home).take().unwrap();
    home.log.sync().unwrap();
    settle_in(&home.folder, 2, &graph.image()).unwrap();

    let rows = folder.path().join("graph.2");
    let right = std::fs::read(&rows).unwrap();
    for at in [0, right.len() / 2, right.len() - 30, right.len() - 20, right.len() - 1] {
        let mut wrong = right.clone();
        wrong[at] ^= 4;
        std::fs::write(&rows, &wrong).unwrap();
        let told = Graph::read(folder.path()).and_then(|graph| {
            let image = graph.unwrap().image();
            let all: Result<Vec<Row>, Error> = Arc::clone(&image).rows([None; 3], Of::Default)?.collect();
            let terms: Result<Vec<_>, Error> = (0..image.term_count()).map(|number| image.term(number)).collect();
            all.and(terms)
        });
        assert!(matches!(told, Err(Error::Damaged { .. })), "byte {at}: {told:?}");
    }
    std::fs::write(&rows, &right[..right.len() / 2]).unwrap();
    assert!(matches!(Graph::read(folder.path()), Err(Error::Damaged { .. })));
    std::fs::write(&rows, &right).unwrap();
    std::fs::remove_file(folder.path().join("changes.2")).unwrap();
    assert!(matches!(Graph::read(folder.path()), Err(Error::Damaged { .. })));
}

#[test]
fn readers_in_other_threads_see_whole_changes_while_rows_are_sorted_anew() {
    let folder = tempfile::tempdir().unwrap();
    let graph = Graph::open(folder.path()).unwrap();
    // Each change lets one number of all go and the next come: whoever reads finds all of one number.
    let write = |number: u64| {
        let mut edit = graph.edit();
        for thing in 0..200 {
            let quad =
                |number: u64| [format!("urn:x:s{thing}"), "urn:x:p".into(), format!("urn:x:{number}"), String::new()];
            if number > 0 {
                let gone = row(&mut edit, &quad(number - 1));
                edit.remove(gone);
            }
            let come = row(&mut edit, &quad(number));
            edit.insert(come);
        }
        edit.commit().unwrap();
    };
    write(0);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut reads = 0;
                while !done.load(std::sync::atomic::Ordering::Relaxed) || reads == 0 {
                    let image = Graph::read(folder.path()).unwrap().unwrap().image();
                    let objects: BTreeSet<u32> =
                        Arc::clone(&image).rows([None; 3], Of::Default).unwrap().map(|row| row.unwrap()[2]).collect();
                    assert_eq!((image.len(), objects.len()), (200, 1));
                    reads += 1;
                }
            });
        }
        for number in 1..200 {
            write(number);
            if number % 5 == 0 {
                let mut home = held(&graph.home);
                let at = home.as_mut().unwrap();
                let (image, new) = settle_in(&at.folder, at.generation + 1, &graph.image()).unwrap();
                *at = new;
                *held(&graph.image) = Arc::new(image);
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}
