//! Words of kinds below the classes of the ontology: novels, towns, companies. In: a noun, a thing. Out: whether the noun is such a
//! word, and whether the thing is plainly of another kind. Never: a thing that is only not known to be of the kind.

use crate::broad::{BODIES, KINDS, SETTLEMENTS, WORKS};
use crate::lexicon::End;
use crate::reading::hop;
use crate::resolve::Resolver;
use crate::text::plain;
use kgloom_english::akin;
use kgloom_record::record::{Iri, Term};

/// Nouns of the lists that name no kind of their own.
const VAGUE: [&str; 12] = [
    "place",
    "location",
    "area",
    "part",
    "spot",
    "organization",
    "institution",
    "body",
    "group",
    "work",
    "series",
    "story",
];

/// Families of kinds; those between two commas may be one, those apart exclude each other.
const FAMILIES: [&str; 3] = [
    "book novel memoir biography essay play poem dictionary atlas, film movie documentary, song single, album, \
     opera ballet musical, painting, sculpture statue, symphony concerto sonata, magazine newspaper journal, game",
    "company firm business corporation bank airline brewery newspaper, university college school institute academy, \
     museum gallery, hospital, church cathedral, club team, party, ministry department parliament court council, \
     orchestra choir band, library",
    "city town village settlement municipality, river stream, mountain mount peak, lake, sea ocean bay, island, \
     county province state district region, bridge, dam, castle palace, street road lane avenue square, \
     airport station, forest, valley, cape, stadium, garden park, café cafe restaurant hotel",
];

/// Whether a noun names a kind that no class of kgloom's own is.
pub(crate) fn is_sort(noun: &[String]) -> bool {
    let [word] = noun else { return false };
    let known = KINDS.iter().chain(&SETTLEMENTS).chain(&BODIES).chain(&WORKS);
    let listed = known.filter(|kind| !VAGUE.contains(kind)).any(|kind| akin(kind, word));
    listed || !VAGUE.contains(&word.as_str()) && FAMILIES.iter().any(|family| group(family, word).is_some())
}

/// The class of all that a noun may name, where what is in a place may be of that kind without the graph's telling.
pub(crate) fn class_of(noun: &[String]) -> Option<&'static str> {
    let [word] = noun else { return None };
    let among = |kinds: &[&str]| kinds.iter().any(|kind| akin(kind, word) && !VAGUE.contains(kind));
    match (among(&SETTLEMENTS), among(&BODIES)) {
        (true, _) => Some("Location"),
        (_, true) => Some("Organization"),
        _ => None,
    }
}

impl Resolver<'_> {
    /// Whether things may be of a noun's kind without the graph's telling.
    pub(crate) fn may_be(&self, noun: &[String]) -> bool {
        class_of(noun).is_some()
    }

    /// Whether a thing is told, or named, as what the noun does not name.
    pub(crate) fn is_otherwise(&self, thing: &Iri, noun: &[String]) -> bool {
        let [word] = noun else { return false };
        FAMILIES.iter().enumerate().any(|(place, family)| {
            let Some(own) = group(family, word) else { return false };
            let other = |word: &str| group(family, word).filter(|group| *group != own);
            let told = self.reached(thing, &hop("P31", End::Tail)).into_iter().any(|term| match term {
                Term::Name(kind) => plain(&self.graph.label(&kind)).rsplit(' ').next().and_then(other).is_some(),
                Term::Literal(_) => false,
            });
            // What a work is called is no word of what it is.
            let label = plain(&self.graph.label(thing));
            let named = || {
                // Of "Academy of Sciences" the first noun is what it is.
                let head = label.split(" of ").next()?;
                let (first, last) = (head.split(' ').next()?, head.rsplit(' ').next()?);
                if label == first { None } else { group(family, last).or_else(|| group(family, first)) }
            };
            // No town is a country, in which other things are told to lie.
            let country = class_of(noun) == Some("Location") && !self.reached(thing, &hop("P17", End::Head)).is_empty();
            told || country || place > 0 && named().is_some_and(|group| group != own)
        })
    }
}

/// Which part of a family a word is in.
fn group(family: &str, word: &str) -> Option<usize> {
    family.split(',').position(|part| part.split_whitespace().any(|kind| akin(kind, word)))
}
