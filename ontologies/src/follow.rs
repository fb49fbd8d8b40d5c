//! What follows from a fact by its relation alone, and in which form a fact is stated. In: the declarations of an
//! ontology. Out: for each relation the forms that hold wherever it does, each with the rules that lead there.
//! Never: a fact, or what follows from two of them; that is `kgloom:along`, which a reader of facts applies.
//!
//! A fact is stated once. Of two relations that are each other's inverse one is canonical: the one that says
//! `kgloom:canonical true`, else the one that can have but one tail, else the lesser name. A relation that is below
//! another (`rdfs:subPropertyOf`) says more, and is stated in its place.

use crate::form::{Consequence, Form, Rule};
use crate::{Error, Iri, Ontology};
use std::collections::{BTreeMap, BTreeSet};

impl Ontology {
    /// The form in which facts of a relation are stated. A relation that no file declares stays as it is.
    pub fn stated_form(&self, relation: &Iri) -> Form {
        let asked = self.relation(relation);
        let inverse = asked.and_then(|asked| self.relation(asked.inverse.as_ref()?));
        match (asked, inverse) {
            (Some(asked), Some(inverse)) if inverse.iri != asked.iri => {
                let rank = |r: &crate::declared::Relation| (!r.canonical, !r.functional, r.iri.clone());
                let turned = rank(inverse) < rank(asked);
                let stated = if turned { inverse } else { asked };
                Form { relation: stated.iri.clone(), turned }
            }
            _ => Form { relation: relation.clone(), turned: false },
        }
    }

    /// Whether a fact of this relation says the same when it is read from tail to head.
    pub fn is_symmetric(&self, relation: &Iri) -> bool {
        self.relation(relation).is_some_and(|asked| {
            let inverse = asked.inverse.as_ref().and_then(|inverse| self.relation(inverse));
            asked.symmetric || inverse.is_some_and(|inverse| inverse.symmetric || inverse.iri == asked.iri)
        })
    }

    /// What follows from a fact of this relation alone; the fact itself is not among it.
    pub fn consequences(&self, relation: &Iri) -> &[Consequence] {
        self.implied.get(relation).map_or(&[], Vec::as_slice)
    }

    /// Finds out what follows from each relation.
    pub(crate) fn imply(&mut self) -> Result<(), Error> {
        let all: Vec<(Iri, Vec<Consequence>)> =
            self.relations().map(|relation| (relation.iri.clone(), self.closure(&relation.iri))).collect();
        self.implied = all.into_iter().collect();
        self.check_broader()
    }

    /// All forms that rules lead to, by the fewest rules.
    fn closure(&self, relation: &Iri) -> Vec<Consequence> {
        let start = Form { relation: relation.clone(), turned: false };
        let mut found: BTreeMap<Form, Vec<Rule>> = BTreeMap::from([(start.clone(), Vec::new())]);
        let mut next = vec![start.clone()];
        while !next.is_empty() {
            let mut further = Vec::new();
            for form in next {
                let rules = found[&form].clone();
                for (rule, form) in self.steps(&form) {
                    if !found.contains_key(&form) {
                        found.insert(form.clone(), rules.iter().copied().chain([rule]).collect());
                        further.push(form);
                    }
                }
            }
            next = further;
        }
        found.remove(&start);
        found.into_iter().map(|(form, rules)| Consequence { form, rules }).collect()
    }

    /// What one rule makes of a form.
    fn steps(&self, form: &Form) -> Vec<(Rule, Form)> {
        let Some(relation) = self.relation(&form.relation) else { return Vec::new() };
        let mut steps = Vec::new();
        if let Some(inverse) = &relation.inverse {
            steps.push((Rule::Inverse, Form { relation: inverse.clone(), turned: !form.turned }));
        }
        if relation.symmetric {
            steps.push((Rule::Symmetric, Form { relation: relation.iri.clone(), turned: !form.turned }));
        }
        steps.extend(relation.broader.iter().map(|above| {
            (Rule::Broader, Form { relation: above.relation.clone(), turned: form.turned ^ above.turned })
        }));
        steps
    }

    /// Of two relations that say the same neither says more.
    fn check_broader(&self) -> Result<(), Error> {
        let mut circle = BTreeSet::new();
        for (relation, implied) in &self.implied {
            let above = implied.iter().filter(|implied| implied.narrows());
            for Consequence { form, .. } in above {
                let back = self.consequences(&form.relation);
                if form.relation == *relation || back.iter().any(|back| back.form.relation == *relation) {
                    circle.extend([relation.clone(), form.relation.clone()]);
                }
            }
        }
        if circle.is_empty() { Ok(()) } else { Err(Error::Broader { relations: circle.into_iter().collect() }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wikidata(property: &str) -> Iri {
        Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"))
    }

    fn read(turtle: &str) -> Result<Ontology, Error> {
        let prefixes = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . \
            @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix kgloom: <urn:kgloom:> .\n";
        Ontology::read("mine.ttl", &format!("{prefixes}{turtle}"))
    }

    fn shown(ontology: &Ontology, relation: &str) -> Vec<String> {
        let short = |form: &Form| form.to_string().replace("http://example.org/", "");
        let relation = Iri::new(format!("http://example.org/{relation}"));
        let told = |c: &Consequence| {
            let rules: Vec<String> = c.rules.iter().map(Rule::to_string).collect();
            format!("{} by {}", short(&c.form), rules.join(", "))
        };
        ontology.consequences(&relation).iter().map(told).collect()
    }

    #[test]
    fn of_each_bundled_pair_one_is_stated_and_says_so() {
        let ontology = Ontology::bundled();
        for relation in ontology.relations() {
            let Some(inverse) = &relation.inverse else {
                assert!(!relation.canonical, "{} has no inverse", relation.label);
                continue;
            };
            let inverse = ontology.relation(inverse).unwrap();
            assert!(relation.canonical != inverse.canonical, "{} or {}", relation.label, inverse.label);
            let stated = if relation.canonical { relation } else { inverse };
            let form = ontology.stated_form(&relation.iri);
            assert_eq!((form.relation, form.turned), (stated.iri.clone(), !relation.canonical));
        }
        assert_eq!(ontology.stated_form(&wikidata("P150")).relation, wikidata("P131"));
        assert!(ontology.is_symmetric(&wikidata("P26")) && !ontology.is_symmetric(&wikidata("P131")));
    }

    #[test]
    fn a_bundled_country_contains_and_a_father_has_a_child() {
        let ontology = Ontology::bundled();
        let follows = |of: &str, relation: &str, turned: bool| {
            let form = Form { relation: wikidata(relation), turned };
            ontology.consequences(&wikidata(of)).iter().any(|follows| follows.form == form)
        };
        assert!(follows("P17", "P131", false) && follows("P17", "P150", true));
        assert!(follows("P22", "P40", true) && follows("P25", "P40", true) && !follows("P40", "P22", true));
        assert!(follows("P26", "P26", true));
        assert!(!follows("P131", "P17", false));
        assert_eq!(ontology.relation(&wikidata("P17")).unwrap().along, Some(wikidata("P131")));
    }

    #[test]
    fn without_a_word_the_one_valued_form_is_stated_and_else_the_lesser_name() {
        let ontology = read(
            "ex:a a owl:ObjectProperty ; owl:inverseOf ex:b . ex:b a owl:FunctionalProperty .
             ex:c a owl:ObjectProperty ; owl:inverseOf ex:d . ex:d a owl:ObjectProperty .
             ex:e a owl:ObjectProperty ; owl:inverseOf ex:f . ex:f a owl:ObjectProperty ; kgloom:canonical true .
             ex:g a owl:ObjectProperty ; owl:inverseOf ex:g .",
        )
        .unwrap();
        let stated = |relation: &str| {
            ontology
                .stated_form(&Iri::new(format!("http://example.org/{relation}")))
                .to_string()
                .replace("http://example.org/", "")
        };
        for (relation, form) in [
            ("a", "^<b>"),
            ("b", "<b>"),
            ("c", "<c>"),
            ("d", "^<c>"),
            ("e", "^<f>"),
            ("f", "<f>"),
            ("g", "<g>"),
            ("x", "<x>"),
        ] {
            assert_eq!(stated(relation), form);
        }
        assert!(ontology.is_symmetric(&Iri::new("http://example.org/g")));
    }

    #[test]
    fn rules_are_followed_to_their_end() {
        let ontology = read(
            "ex:father rdfs:subPropertyOf [ owl:inverseOf ex:child ] . ex:child a owl:ObjectProperty .
             ex:child rdfs:subPropertyOf ex:kin . ex:kin a owl:SymmetricProperty .",
        )
        .unwrap();
        let expected = [
            "^<child> by rdfs:subPropertyOf",
            "<kin> by rdfs:subPropertyOf, rdfs:subPropertyOf, owl:SymmetricProperty",
            "^<kin> by rdfs:subPropertyOf, rdfs:subPropertyOf",
        ];
        assert_eq!(shown(&ontology, "father"), expected);
    }

    #[test]
    fn relations_that_are_below_each_other_are_refused() {
        let circle = read("ex:a rdfs:subPropertyOf ex:b . ex:b rdfs:subPropertyOf ex:a .");
        let message = circle.unwrap_err().to_string();
        assert!(message.contains("below the other") && message.contains("example.org/a"), "{message}");
        let through = read(
            "ex:a rdfs:subPropertyOf ex:b . ex:b a owl:ObjectProperty ; owl:inverseOf ex:c . ex:c rdfs:subPropertyOf ex:a .",
        );
        assert!(through.is_err());
    }

    #[test]
    fn what_is_named_must_be_declared() {
        for turtle in
            ["ex:a rdfs:subPropertyOf ex:b .", "ex:a kgloom:along ex:b .", "ex:a kgloom:canonical \"perhaps\" ."]
        {
            assert!(read(turtle).unwrap_err().to_string().starts_with("mine.ttl:2"), "{turtle}");
        }
    }
}
