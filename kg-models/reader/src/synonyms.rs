//! What other vocabularies call the relations that the heads know: `birthPlace`, `worksFor`, `founder of`. A relation that an
//! ontology of one's own declares under such a name is read by the head that learnt it, and not by its label alone.
//!
//! In: the name of a relation. Out: the properties that it means, each with its direction. Never: a name that is only like
//! one of these: it must have the same words, in any inflection.

use super::labels::words;
use kgloom_english::stems;
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};

/// Wikidata properties by names that DBpedia, schema.org, FOAF and people give them; `^` before names from the tail's side.
const NAMES: &str = "
    P19 birth place|born in|place born|birth location|birthplace|was born in|native place
    P20 death place|died in|place died|death location
    P569 birth date|born on|date born|birthday|birth year|born
    P570 death date|died on|date died|death year|died
    P22 ^is father of|has father|father name|^father of
    P25 ^is mother of|has mother|^mother of
    P40 children|has child|^parent|^parents|^has parent|^child of|^son of|^daughter of|parent of|father of|mother of
    P26 spouses|married to|husband|wife|partner|has spouse|spouse of|married
    P3373 siblings|brother|sister|brother of|sister of|sibling of|has sibling
    P27 nationality|citizenship|citizen of|has nationality|country of nationality
    P172 ethnicity
    P140 faith|denomination|religious affiliation
    P551 lives in|home town|hometown|lived in|resides in|home location
    P937 works in|worked in|active in|place of work
    P69 alma mater|alumni of|studied at|education|university|college|school|graduated from|attended|^alumni|^alumnus|^student
    P108 works for|employed by|works at|worked for|worked at|workplace|works for company|^employee|^employees|^employs|affiliation
    P106 profession|job|job title|occupations|works as
    P39 office|position|office held|role|holds office|political office|post
    P102 party|political party|party affiliation|member of party
    P463 membership|is member of|affiliated with|^member|^members|^has member
    P54 team|club|plays for|played for|member of team|current club|former team|^player|^players
    P6087 coaches|coached|trainer of|manager of club|coach of|^coach|^head coach
    P241 branch of service|service branch
    P410 rank
    P166 award|awards|won award|has award|received award|prize|honour|honors
    P1411 nominated|nomination|nominee for
    P737 influences|^influenced
    P800 known work|famous work|known for work
    P112 founder|founders|established by|set up by|^founded|^founder of|created by organization
    P571 founding date|founded|established|date founded|foundation date|formed|year founded|formation date|founding year|founded in|established in|opening year
    P576 dissolved|dissolution date|extinction year|closed|abolished|closing date
    P740 founding location|founded at|place of foundation|foundation place
    P159 headquarters|headquarter|based in|head office|seat|located at headquarters|location city
    P115 stadium|home ground|ground|home stadium
    P749 parent company|parent organisation|belongs to group|owning company
    P355 subsidiaries|division|has subsidiary
    P127 owner|proprietor|owned|belongs to|has owner|^owns|^owner of
    P137 operated by|operating organisation|run by|^operates
    P488 chairman|chair|president of organization|chaired by|head
    P6 mayor|leader of government
    P194 legislature
    P1142 ideology
    P118 league name|plays in league
    P641 sports|sport played
    P1056 product|products|produces|makes
    P580 start|start date|starts|began|begins
    P582 end|end date|ends|ended
    P585 date|event date|took place on|held on|occurred on
    P710 participants|competitor|^participated in|^took part in
    P607 battle|battles|fought in|war
    P155 preceded by|previous work|predecessor of work
    P156 succeeded by|next work|subsequent work|successor of work
    P1365 predecessor|preceded|took over from
    P1366 successor|superseded by
    P361 is part of|belongs to whole
    P527 has parts|consists of|comprises|includes|contains part
    P138 named for|eponym|named in honour of
    P2974 lives in habitat
    P17 in country|country name|located in country
    P131 located in|is in|lies in
    P150 contains|subdivision
    P30 on continent
    P36 has capital|capital city
    P1376 is capital of
    P37 official languages|language
    P190 twin town|twin city|sister city|twinned with
    P276 place|located at|event place|held in|venue|took place in|locale
    P206 located on river|on the shore of|on lake|lies on river
    P403 flows into|river mouth|mouth
    P885 source|river source|rises in
    P4552 mountain range of|range|belongs to range
    P176 maker|made by|manufactured by|built by|^manufactures
    P178 developed by|developers|software developer|^develops
    P287 designer|architect|architected by|^designed
    P61 discoverer|discovered by|invented by|inventor|^discovered|^invented|^inventor of
    P400 runs on|available on|computing platform
    P306 os|runs on operating system
    P50 written by|writer|authors|author name|creator of book|^author of|^wrote|^writes
    P98 edited by|editors|^edits
    P110 illustrated by|^illustrated
    P57 directed by|directors|film director|^directed|^director of
    P58 screenplay by|screenplay|screenwriters|writer of film
    P161 starring|cast|stars|actor|actors|actress|^acted in|^starred in|^appeared in|^plays in
    P162 produced by|producers|^produced|^producer of
    P272 production companies|studio|produced by company
    P86 composed by|music by|music composer|music|composers|^composed|^composer of
    P676 lyricist|lyrics writer|words by
    P175 performed by|artist|singer|musical artist|sung by|recorded by|^performed|^sings
    P264 label|released by label
    P658 track|tracks|songs|track list
    P870 instruments|scored for
    P170 created by|creators|painter|painted by|sculptor|sculpted by|^created|^creator of|^painted
    P123 published by|publishers|^published|^publishes
    P291 published in place|publication place
    P577 release date|released on|published on|released|date published|release year|year of publication|published
    P449 network|broadcaster|channel|broadcast on|aired on
    P495 origin|made in country|country of production
    P407 language|languages|written in language|in language
    P136 genres|music genre|literary genre|musical genre
    P179 series|part of series|belongs to series
    P144 adapted from|adaptation of|inspired by
    P674 character|main character|features character|has character
    P1441 appears in work|character in
    P840 set in|setting|takes place in|narrative setting
    P915 filmed in|shot in|film location|shot at
    P921 subject|about|topic|theme|is about|main topic
    P180 portrays|shows|depicted
    P825 dedicatee|in memory of
    P2130 price|costs";

/// What others call a property, each with whether it is called so from the tail's side.
pub(super) fn names_of<'a>(property: &str) -> impl Iterator<Item = (&'a str, bool)> + use<'a> {
    let line = NAMES.lines().map(str::trim_start).find_map(|line| line.strip_prefix(property)?.strip_prefix(' '));
    let names = line.into_iter().flat_map(|line| line.split('|'));
    names.map(|name| (name.trim_start_matches('^'), name.starts_with('^')))
}

/// A relation that a head knows, and whether the name runs the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meant<'a> {
    pub(super) property: &'a str,
    pub(super) inverse: bool,
}

/// Names of the properties of an ontology, found by what their first words may be inflections of.
pub(super) struct Names {
    told: Vec<Told>,
    by_stem: BTreeMap<String, Vec<usize>>,
}

/// A name of a property, by what each of its words may be an inflection of.
struct Told {
    property: String,
    inverse: bool,
    words: Vec<Vec<String>>,
}

impl Names {
    /// The names of an ontology's properties: its labels, and what others call them.
    pub(super) fn new(ontology: &Ontology) -> Names {
        let mut told = Vec::new();
        for relation in ontology.relations() {
            let Some(property) = relation.iri.as_str().strip_prefix(crate::mentions::PROPERTY) else { continue };
            let names = std::iter::once((relation.label.as_str(), false)).chain(names_of(property));
            told.extend(names.map(|(name, inverse)| Told {
                property: property.to_owned(),
                inverse,
                words: plain(name).iter().map(|word| stems(word)).collect(),
            }));
        }
        let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, told) in told.iter().enumerate() {
            let first = told.words.first().into_iter().flatten();
            first.for_each(|stem| by_stem.entry(stem.clone()).or_default().push(index));
        }
        Names { told, by_stem }
    }

    /// The properties that a name means, each once.
    pub(super) fn meant(&self, name: &str) -> Vec<Meant<'_>> {
        let asked: Vec<Vec<String>> = plain(name).iter().map(|word| stems(word)).collect();
        let first = asked.first().into_iter().flatten().filter_map(|stem| self.by_stem.get(stem)).flatten();
        let akin = |one: &[String], other: &[String]| one.iter().any(|stem| other.contains(stem));
        let same = |told: &Told| {
            told.words.len() == asked.len() && told.words.iter().zip(&asked).all(|(one, other)| akin(one, other))
        };
        let found: BTreeSet<usize> = first.copied().filter(|&index| same(&self.told[index])).collect();
        let mut meant: Vec<Meant<'_>> = Vec::new();
        for Told { property, inverse, .. } in found.into_iter().map(|index| &self.told[index]) {
            if meant.iter().all(|meant| meant.property != property) {
                meant.push(Meant { property, inverse: *inverse });
            }
        }
        meant
    }
}

/// The words of a name without what only joins them; `place of birth` as `birth place`.
pub(super) fn plain(name: &str) -> Vec<String> {
    let name = words(name).to_lowercase();
    let mut words: Vec<&str> =
        name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && ["is", "was", "are", "were", "has", "have", "had"].contains(&words[0]) {
        words.remove(0);
    }
    words.retain(|word| !["the", "a", "an"].contains(word));
    if let Some(of) = words.iter().position(|word| *word == "of").filter(|of| *of > 0 && of + 1 < words.len()) {
        let (first, last) = (words[..of].to_vec(), words[of + 1..].to_vec());
        words = last.into_iter().chain(first).collect();
    }
    words.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_vocabularies_mean_the_same_relation() {
        let names = Names::new(&Ontology::bundled());
        for (name, property, inverse) in [
            ("birthPlace", "P19", false),
            ("place of birth", "P19", false),
            ("date of birth", "P569", false),
            ("worksFor", "P108", false),
            ("author", "P50", false),
            ("wrote", "P50", true),
            ("founder of", "P112", true),
            ("has spouse", "P26", false),
            ("official languages", "P37", false),
        ] {
            assert!(names.meant(name).contains(&Meant { property, inverse }), "{name}: {:?}", names.meant(name));
        }
        for none in ["likes", "exhibited at", "author of the foreword", "birth weight", ""] {
            assert_eq!(names.meant(none), [], "{none}");
        }
    }

    #[test]
    fn every_line_is_of_a_relation_that_there_is() {
        let own = Ontology::bundled();
        let known =
            |property: &str| own.relations().any(|relation| relation.iri.as_str().ends_with(&format!("/{property}")));
        for line in NAMES.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let property = line.split(' ').next().unwrap();
            assert!(known(property), "{line}");
        }
    }
}
