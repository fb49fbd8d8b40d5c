//! Facts that are known without a text: FB15k-237 (Toutanova and Chen 2015) and CoDEx-S (Safavi and Koutra 2020).
//!
//! In: the folder of all sets. Out: entities by name, and Wikidata properties between them. Never: a fact of a validation
//! or test part, or a name that two entities bear.

use crate::Error;
use kgloom_numerics::text_file::{malformed, read};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

const ORIGIN: &str = "the data of FB15k-237 and CoDEx, as linkpred/FB15k-237 and linkpred/CoDEx-S";

/// Properties of Wikidata that say what a relation of Freebase says, and whether head and tail change places.
const PROPERTIES: [(&str, &str, bool); 62] = [
    ("/people/person/nationality", "P27", false),
    ("/people/person/place_of_birth", "P19", false),
    ("/people/deceased_person/place_of_death", "P20", false),
    ("/people/deceased_person/place_of_burial", "P119", false),
    ("/people/person/profession", "P106", false),
    ("/people/person/religion", "P140", false),
    ("/people/person/languages", "P1412", false),
    ("/people/person/places_lived./people/place_lived/location", "P551", false),
    ("/people/person/spouse_s./people/marriage/spouse", "P26", false),
    ("/people/person/sibling_s./people/sibling_relationship/sibling", "P3373", false),
    ("/people/person/employment_history./business/employment_tenure/company", "P108", false),
    ("/people/ethnicity/people", "P172", true),
    ("/people/cause_of_death/people", "P509", true),
    ("/education/educational_institution/students_graduates./education/education/student", "P69", true),
    ("/award/award_winner/awards_won./award/award_honor/award_winner", "P166", false),
    ("/award/award_category/winners./award/award_honor/award_winner", "P166", true),
    ("/award/award_nominee/award_nominations./award/award_nomination/award", "P1411", false),
    ("/influence/influence_node/influenced_by", "P737", false),
    ("/film/film/directed_by", "P57", false),
    ("/film/director/film", "P57", true),
    ("/film/film/written_by", "P58", false),
    ("/film/film/produced_by", "P162", false),
    ("/film/film/executive_produced_by", "P1431", false),
    ("/film/film/music", "P86", false),
    ("/film/film/cinematography", "P344", false),
    ("/film/film/edited_by", "P1040", false),
    ("/film/film/genre", "P136", false),
    ("/film/film/language", "P364", false),
    ("/film/film/country", "P495", false),
    ("/film/film/production_companies", "P272", false),
    ("/film/actor/film./film/performance/film", "P161", true),
    ("/film/film_distributor/films_distributed./film/film_film_distributor_relationship/film", "P750", true),
    ("/tv/tv_program/genre", "P136", false),
    ("/tv/tv_program/country_of_origin", "P495", false),
    ("/tv/tv_program/languages", "P364", false),
    ("/tv/tv_program/program_creator", "P170", false),
    ("/tv/tv_program/regular_cast./tv/regular_tv_appearance/actor", "P161", false),
    ("/tv/tv_network/programs./tv/tv_network_duration/program", "P449", true),
    ("/music/genre/artists", "P136", true),
    ("/music/record_label/artist", "P264", true),
    ("/music/instrument/instrumentalists", "P1303", true),
    ("/music/artist/origin", "P740", false),
    ("/music/group_member/membership./music/group_membership/group", "P463", false),
    ("/broadcast/content/artist", "P175", false),
    ("/location/country/capital", "P36", false),
    ("/location/country/official_language", "P37", false),
    ("/location/administrative_division/country", "P17", false),
    ("/location/hud_county_place/county", "P131", false),
    ("/location/us_county/county_seat", "P36", false),
    ("/location/location/adjoin_s./location/adjoining_relationship/adjoins", "P47", false),
    ("/base/biblioness/bibs_location/country", "P17", false),
    ("/base/biblioness/bibs_location/state", "P131", false),
    ("/base/aareas/schema/administrative_area/administrative_parent", "P131", false),
    ("/base/locations/continents/countries_within", "P30", true),
    ("/organization/organization/headquarters./location/mailing_address/citytown", "P159", false),
    ("/organization/organization/place_founded", "P740", false),
    ("/organization/organization/child./organization/organization_relationship/child", "P355", false),
    ("/organization/organization_founder/organizations_founded", "P112", true),
    ("/organization/organization_member/member_of./organization/organization_membership/organization", "P463", false),
    (
        "/government/political_party/politicians_in_this_party./government/political_party_tenure/politician",
        "P102",
        true,
    ),
    ("/sports/pro_athlete/teams./sports/sports_team_roster/team", "P54", false),
    ("/time/event/locations", "P276", false),
];

/// Entities by name, and what is known between them.
#[derive(Clone, Debug, Default)]
pub struct KnownFacts {
    /// Folded names; `None` where several entities bear one.
    names: BTreeMap<String, Option<u32>>,
    /// Properties from one entity to another.
    facts: BTreeMap<(u32, u32), BTreeSet<Arc<str>>>,
    properties: BTreeSet<Arc<str>>,
}

#[derive(Deserialize)]
struct Named {
    label: String,
    #[serde(default)]
    alternatives: Vec<String>,
    #[serde(default)]
    wikidata_id: Option<String>,
}

impl KnownFacts {
    /// Reads the names of FB15k-237's entities, and the training facts of both sets between them.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let folder = root.join("linkpred/FB15k-237");
        let path = folder.join("entity2wikidata.json");
        let entities: BTreeMap<String, Named> = serde_json::from_str(&read(&path, ORIGIN)?)
            .map_err(|source| Error::Json { name: path.display().to_string(), source })?;
        let mut known = KnownFacts::default();
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        for (number, (machine, named)) in (0u32..).zip(&entities) {
            numbers.insert(machine, number);
            numbers.extend(named.wikidata_id.as_deref().map(|id| (id, number)));
            for name in std::iter::once(&named.label).chain(&named.alternatives) {
                known.name(name, number);
            }
        }
        let path = folder.join("train.txt.zst");
        let table: BTreeMap<&str, (&str, bool)> = PROPERTIES.iter().map(|&(r, p, turned)| (r, (p, turned))).collect();
        known.take((&path, &unpacked(&path)?), &numbers, &|relation| table.get(relation).copied())?;
        let path = root.join("linkpred/CoDEx-S/train.txt");
        known.take((&path, &read(&path, ORIGIN)?), &numbers, &|property| Some((property, false)))?;
        Ok(known)
    }

    fn name(&mut self, name: &str, number: u32) {
        let folded = fold(name);
        if folded.chars().count() >= SHORTEST_NAME {
            let bearer = self.names.entry(folded).or_insert(Some(number));
            *bearer = bearer.filter(|bearer| *bearer == number);
        }
    }

    /// Takes lines of head, relation, tail whose ends are known and whose relation has a property.
    fn take<'t>(
        &mut self,
        (path, text): (&Path, &'t str),
        numbers: &BTreeMap<&str, u32>,
        property: &dyn Fn(&'t str) -> Option<(&'t str, bool)>,
    ) -> Result<(), Error> {
        for (index, line) in text.lines().enumerate() {
            let [head, relation, tail] = line.split('\t').collect::<Vec<_>>()[..] else {
                return Err(malformed(path, index + 1, "not head, relation, tail, separated by tabs"));
            };
            let (Some(&head), Some(&tail)) = (numbers.get(head), numbers.get(tail)) else { continue };
            let Some((property, turned)) = property(relation) else { continue };
            let pair = if turned { (tail, head) } else { (head, tail) };
            let property: Arc<str> = property.into();
            self.properties.insert(Arc::clone(&property));
            self.facts.entry(pair).or_default().insert(property);
        }
        Ok(())
    }

    /// The only entity of that name.
    pub fn entity(&self, name: &str) -> Option<u32> {
        *self.names.get(&fold(name))?
    }

    /// What is known from one entity to another.
    pub fn between(&self, head: u32, tail: u32) -> impl Iterator<Item = &str> {
        self.facts.get(&(head, tail)).into_iter().flatten().map(|property| &**property)
    }

    /// The properties that are known of anybody.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().map(|property| &**property)
    }

    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.facts.values().map(BTreeSet::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }
}

/// Names of fewer letters are taken for words.
const SHORTEST_NAME: usize = 3;

fn fold(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unpacked(path: &Path) -> Result<String, Error> {
    if !path.exists() {
        return read(path, ORIGIN);
    }
    let file = std::fs::File::open(path).map_err(Error::read(path))?;
    let bytes = zstd::stream::decode_all(file).map_err(Error::read(path))?;
    String::from_utf8(bytes).map_err(|_| malformed(path, 1, "not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_known_by_name_and_a_shared_name_by_none() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("linkpred/FB15k-237");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir_all(root.path().join("linkpred/CoDEx-S")).unwrap();
        let names = r#"{"/m/1":{"label":"Ada  Lovelace","wikidata_id":"Q1"},"/m/2":{"label":"London","wikidata_id":"Q2"},
            "/m/3":{"label":"Notes","alternatives":["LONDON"]}, "/m/4":{"label":"England","wikidata_id":"Q4"}}"#;
        std::fs::write(folder.join("entity2wikidata.json"), names).unwrap();
        let freebase = "/m/4\t/location/country/capital\t/m/2\n/m/1\t/people/person/nationality\t/m/4\n/m/1\t/x\t/m/2\n\
            /m/1\t/people/ethnicity/people\t/m/3\n";
        let packed = zstd::stream::encode_all(freebase.as_bytes(), 1).unwrap();
        std::fs::write(folder.join("train.txt.zst"), packed).unwrap();
        std::fs::write(root.path().join("linkpred/CoDEx-S/train.txt"), "Q1\tP551\tQ4\nQ9\tP551\tQ4\n").unwrap();
        let known = KnownFacts::open(root.path()).unwrap();
        let (ada, england) = (known.entity("ada lovelace").unwrap(), known.entity("England").unwrap());
        assert_eq!(known.between(ada, england).collect::<Vec<_>>(), ["P27", "P551"]);
        assert_eq!(known.entity("London"), None);
        assert_eq!(known.len(), 4);
        assert_eq!(known.between(known.entity("Notes").unwrap(), ada).collect::<Vec<_>>(), ["P172"]);
        assert!(KnownFacts::open(Path::new("no/such")).unwrap_err().to_string().contains("FB15k-237"));
    }
}
