//! Who is meant. In: a name or an IRI, as an assistant says it. Out: one IRI, or a sentence with the candidates. Never:
//! a guess between several.

use crate::client::Client;
use crate::mcp::served::{Failure, Told};
use crate::mcp::wire::{Found, Thing};

/// Candidates that are told.
const CANDIDATES: usize = 10;

/// The IRI of the thing that is meant.
pub(crate) fn resolve(client: &Client, entity: &str) -> Told<String> {
    let bare = bare(entity);
    // What is an IRI at first sight is not looked up: the server says it if there is no such thing.
    if bare.contains("://") || bare.starts_with("urn:") {
        return Ok(bare.to_owned());
    }
    if bare.is_empty() {
        return Err(Failure::new("the entity is empty; give a name or an IRI"));
    }
    let limit = (CANDIDATES + 1).to_string();
    let Found { found, more } = client.read("/find", &[("text", bare), ("limit", &limit)])?;
    choose(bare, &found, more).map(|thing| thing.iri.clone())
}

/// A name without the brackets of SPARQL.
pub(crate) fn bare(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(name)
}

/// The best of one kind is taken if it is alone of that kind, or alone among those of it that facts are known of; what is merely
/// spelt alike never.
fn choose<'a>(name: &str, found: &'a [Thing], more: bool) -> Told<&'a Thing> {
    let same = |text: &str| text.to_lowercase() == name.to_lowercase();
    let kinds: [&dyn Fn(&Thing) -> bool; 3] = [
        &|thing| thing.iri == name || thing.short == name || thing.fits.as_deref() == Some("IRI"),
        &|thing| thing.fits.as_deref().map_or_else(|| same(&thing.name), |fits| fits == "name"),
        &|thing| thing.fits.as_deref() == Some("alias"),
    ];
    // What nothing is said of is hardly meant, where something else is called so too.
    for is_known in [true, false] {
        for (at, fits) in kinds.iter().enumerate() {
            let counts = |thing: &&Thing| fits(thing) && (!is_known || thing.facts > 0 || at == 0);
            let of_kind: Vec<&Thing> = found.iter().filter(counts).collect();
            match of_kind.as_slice() {
                [] => {}
                [only] => return Ok(only),
                all => {
                    let mut to_the_letter = all.iter().filter(|thing| is_known && thing.name == name);
                    return match (to_the_letter.next(), to_the_letter.next()) {
                        (Some(thing), None) => Ok(thing),
                        _ => Err(several(name, all, more)),
                    };
                }
            }
        }
    }
    match found {
        [] => Err(Failure(format!("nothing in the graph is called \"{name}\"; try `find` with a part of the name"))),
        [only] if !more && only.fits.as_deref() != Some("alike") => Ok(only),
        _ => Err(several(name, &found.iter().collect::<Vec<_>>(), more)),
    }
}

fn several(name: &str, found: &[&Thing], more: bool) -> Failure {
    let mut sentence = format!("\"{name}\" may mean several things; say which by its IRI:");
    for thing in found.iter().take(CANDIDATES) {
        let class = thing.class.as_deref().unwrap_or("of no class");
        sentence.push_str(&format!("\n- {}, {class}, {} facts: {}", thing.name, thing.facts, thing.iri));
    }
    if more || found.len() > CANDIDATES {
        sentence.push_str("\n- and more; `find` with a class narrows them");
    }
    Failure(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(iri: &str, name: &str, fits: &str) -> Thing {
        Thing { iri: iri.to_owned(), name: name.to_owned(), fits: Some(fits.to_owned()), ..Thing::default() }
    }

    #[track_caller]
    fn check(name: &str, found: &[Thing], expected: Option<&str>) {
        assert_eq!(choose(name, found, false).ok().map(|thing| thing.iri.as_str()), expected);
    }

    #[test]
    fn one_name_that_is_the_name_is_taken_and_two_are_not() {
        let ada = thing("urn:a", "Ada", "name");
        let adam = thing("urn:b", "Adam", "beginning");
        check("ada", &[ada.clone(), adam.clone()], Some("urn:a"));
        check("Ada", &[ada.clone(), thing("urn:c", "ADA", "name")], None);
        check("Ada", &[thing("urn:d", "Ada", "alias"), adam.clone()], Some("urn:d"));
        check("Ada", &[ada, thing("urn:d", "Ada", "alias")], Some("urn:a"));
        check("Ad", std::slice::from_ref(&adam), Some("urn:b"));
        check("Adem", &[thing("urn:b", "Adam", "alike")], None);
        check("Ad", &[adam, thing("urn:e", "Adele", "beginning")], None);
        check("Nobody", &[], None);
        check("person:Ada", &[thing("urn:a", "Ada", "IRI")], Some("urn:a"));
    }

    #[test]
    fn what_facts_are_known_of_wins_over_what_is_only_called_so() {
        let known = |iri: &str, name: &str, fits: &str| Thing { facts: 7, ..thing(iri, name, fits) };
        let (firm, person) = (known("urn:firm", "Lumenta", "name"), thing("urn:person", "Lumenta", "name"));
        let other = known("urn:os", "Lumenta OS", "beginning");
        check("Lumenta", &[person.clone(), firm.clone(), other.clone()], Some("urn:firm"));
        check("Lumenta", &[person.clone(), known("urn:os", "Lumenta OS", "alias")], Some("urn:os"));
        check("Lumenta", &[firm.clone(), known("urn:caps", "LUMENTA", "name")], Some("urn:firm"));
        // Two that are both known are two, and so are two of which nothing is.
        check("Lumenta", &[firm.clone(), known("urn:town", "Lumenta", "name"), other], None);
        check("Lumenta", &[person.clone(), thing("urn:town", "Lumenta", "name")], None);
        // Whoever says which is not told otherwise.
        check("urn:person", &[person, firm], Some("urn:person"));
        let town = Thing { class: Some("Location".to_owned()), ..known("urn:town", "Lumenta", "name") };
        let all = [thing("urn:person", "Lumenta", "name"), town, known("urn:firm", "Lumenta", "name")];
        let Err(Failure(told)) = choose("Lumenta", &all, false) else { panic!("two are known") };
        assert!(told.contains("Lumenta, Location, 7 facts: urn:town") && !told.contains("urn:person"), "{told}");
    }
}
