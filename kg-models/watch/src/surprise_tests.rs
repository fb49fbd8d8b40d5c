//! Which facts surprise. In: drawn worlds. Out: assertions. Never: a set from outside.

use super::*;
use kgloom_numerics::draw::Draw;
use kgloom_numerics::passes::unit;

const WIDTH: usize = 24;

/// Heads, and tails that are their heads turned by one place for one relation and the other way for another.
struct World {
    heads: Vec<Vec<f32>>,
    tails: Vec<Vec<f32>>,
}

const RELATIONS: [&str; 2] = ["after", "before"];

impl World {
    fn drawn(count: usize, seed: u64) -> World {
        let mut draw = draw(seed, "world of facts", 0);
        let noisy = |row: &[f32], draw: &mut Draw| {
            let mut noise = draw.normals(WIDTH, 0.05);
            noise.iter_mut().zip(row).for_each(|(noise, x)| *noise += x);
            unit(&mut noise);
            noise
        };
        let (mut heads, mut tails) = (Vec::new(), Vec::new());
        for place in 0..count {
            let mut head = draw.normals(WIDTH, 1.0);
            unit(&mut head);
            let mut tail = head.clone();
            if place % 2 == 0 {
                tail.rotate_left(1)
            } else {
                tail.rotate_right(1)
            }
            tails.push(noisy(&tail, &mut draw));
            heads.push(head);
        }
        World { heads, tails }
    }

    fn facts(&self) -> Vec<Fact<'_>> {
        self.crossed(0)
    }

    /// The facts with the tails of others, so many places on.
    fn crossed(&self, by: usize) -> Vec<Fact<'_>> {
        let count = self.heads.len();
        let fact = |place: usize| Fact {
            head: &self.heads[place],
            relation: RELATIONS[place % 2],
            tail: &self.tails[(place + by) % count],
        };
        (0..count).map(fact).collect()
    }
}

fn hubs() -> BTreeMap<String, Vec<f32>> {
    let row = |place: usize| (0..WIDTH).map(|at| f32::from(u8::from(at == place))).collect();
    BTreeMap::from([("b".to_owned(), row(1)), ("a".to_owned(), row(0))])
}

fn reference(seed: u64) -> FactReference {
    FactReference::of(&World::drawn(2_400, 1).facts(), &hubs(), ("encoder", seed)).unwrap()
}

#[test]
fn a_fact_of_the_same_kind_is_as_surprising_as_the_others_and_a_wrong_one_more() {
    let (reference, fresh) = (reference(1), World::drawn(600, 2));
    let told = reference.surprises(&fresh.facts());
    let above = |bound: f32| told.iter().filter(|surprise| **surprise > bound).count();
    assert!((30..=95).contains(&above(0.9)) && (230..=370).contains(&above(0.5)), "{} {}", above(0.9), above(0.5));
    // Tails of other facts of the same relation, and the right tails under the other relation.
    let wrong = reference.surprises(&fresh.crossed(2));
    assert!(wrong.iter().all(|surprise| *surprise > 0.95), "{wrong:?}");
    let turned = fresh
        .facts()
        .into_iter()
        .map(|fact| Fact { relation: if fact.relation == RELATIONS[0] { RELATIONS[1] } else { RELATIONS[0] }, ..fact });
    let turned = reference.surprises(&turned.collect::<Vec<_>>());
    assert!(turned.iter().filter(|surprise| **surprise > 0.95).count() > 500, "{turned:?}");
}

#[test]
fn a_fact_is_judged_by_itself() {
    let (reference, fresh) = (reference(1), World::drawn(300, 3));
    let facts = fresh.facts();
    let together = reference.surprises(&facts);
    let alone: Vec<f32> = facts.iter().flat_map(|fact| reference.surprises(&[*fact])).collect();
    assert_eq!(together, alone);
    // A relation that is not known is compared with all.
    let unknown = reference.surprises(&[Fact { relation: "beside", ..fresh.crossed(1)[0] }])[0];
    assert!(unknown > 0.9, "{unknown}");
    assert!(reference.surprises(&[]).is_empty());
}

#[test]
fn what_is_written_is_read_again_with_its_hubs() {
    let (folder, reference) = (tempfile::tempdir().unwrap(), reference(1));
    assert!(!FactReference::lies_in(folder.path()));
    reference.write(folder.path()).unwrap();
    let read = FactReference::read(folder.path()).unwrap();
    assert_eq!(read, reference);
    assert!(FactReference::lies_in(folder.path()) && reference.id().unwrap().starts_with("surprise@"));
    assert_eq!(FactReference::id_in(folder.path()).unwrap(), reference.id().unwrap());
    assert_eq!((read.hub("b"), read.hub("c")), (Some(hubs()["b"].as_slice()), None));
    std::fs::write(folder.path().join(FOLDER.card), b"{}").unwrap();
    let said = FactReference::read(folder.path()).unwrap_err().to_string();
    assert!(said.contains(FOLDER.card) && said.ends_with(FOLDER.remedy), "{said}");
}

#[test]
fn the_result_does_not_hang_on_the_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| reference(2))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn too_few_facts_and_directions_of_two_widths_are_refused() {
    let world = World::drawn(40, 4);
    let of = |facts: &[Fact<'_>]| FactReference::of(facts, &hubs(), ("encoder", 1)).unwrap_err().to_string();
    assert!(of(&world.facts()[..19]).contains("19 facts; give at least 20"));
    let mut facts = world.facts();
    facts[7].tail = &facts[7].tail[1..];
    assert!(of(&facts).contains("differ in width"));
}

#[test]
fn a_reference_without_hubs_and_turns_is_written_and_read_too() {
    let (folder, world) = (tempfile::tempdir().unwrap(), World::drawn(40, 5));
    let reference = FactReference::of(&world.facts(), &BTreeMap::new(), ("encoder", 1)).unwrap();
    assert!(reference.card.turned.is_empty());
    reference.write(folder.path()).unwrap();
    let read = FactReference::read(folder.path()).unwrap();
    assert_eq!(read.surprises(&world.facts()), reference.surprises(&world.facts()));
}
