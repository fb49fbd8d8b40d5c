//! All that is known of how relations are asked for. In: the phrases of this crate, an ontology. Out: a lexicon. Never: a phrase of a
//! relation that an ontology names otherwise.

use crate::lexicon::{End, Lexicon};
use crate::ontology_phrases;
use kgloom_record::record::Iri;
use ontologies::Ontology;
use std::collections::BTreeSet;

const PHRASES: &str = include_str!("phrases.txt");

const WIKIDATA: &str = "http://www.wikidata.org/prop/direct/";

impl Lexicon {
    /// What the phrases of this crate and an ontology tell.
    pub(crate) fn new(ontology: &Ontology) -> Lexicon {
        let mut lexicon = Lexicon::default();
        let mut phrased = BTreeSet::new();
        for line in PHRASES.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('|').map(str::trim);
            let relation = Iri::new(format!("{WIKIDATA}{}", columns.next().unwrap_or_default()));
            for asked in [End::Tail, End::Head] {
                items(columns.next()).for_each(|(weak, noun)| lexicon.noun(&relation, asked, weak, noun));
            }
            items(columns.next()).for_each(|(weak, clause)| lexicon.clause(&relation, weak, clause));
            phrased.insert(relation);
        }
        ontology_phrases::add(&mut lexicon, ontology, &phrased);
        lexicon.index();
        lexicon
    }
}

fn items(column: Option<&str>) -> impl Iterator<Item = (bool, &str)> {
    let items = column.unwrap_or_default().split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| item.strip_prefix('~').map_or((false, item), |rest| (true, rest)))
}
