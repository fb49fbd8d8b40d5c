//! What a word may be an inflection of. In: a word in plain form. Out: candidates, itself first.
//! Never: a claim which of them it is; who asks compares them with the words that he knows.

use super::verbs::irregular;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Forms that no rule makes, those of verbs aside.
const IRREGULAR: &str = "lies lie, lying lie, children child, kids kid, wives wife, men man, women woman, people person, \
    persons person, got get, gotten get, does do, has have, had have, is be, are be, was be, were be, been be, being be, \
    am be, an a, dies die, died die, dying die, media medium, alumni alumnus, criteria criterion, geese goose, \
    countries country, cities city, universities university, companies company, movies movie, organisation organization, \
    organisations organization, organised organize, organise organize, organising organize, labour labor, colour color, \
    centre center, theatre theater, programme program, programmes program, honour honor, honours honor, honoured honor, \
    honored honor, co-founded cofound, mum mother, mom mother, dad father";

/// By form that no rule makes: what it is a form of.
type Forms = BTreeMap<&'static str, Vec<&'static str>>;

static FORMS: OnceLock<Forms> = OnceLock::new();

fn forms() -> Forms {
    let verbs = irregular().flat_map(|[base, past, participle]| [(past, base), (participle, base)]);
    let others = IRREGULAR.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let mut forms = Forms::new();
    verbs.chain(others).for_each(|(form, base)| forms.entry(form).or_default().push(base));
    forms
}

/// What a word may be an inflection of: itself first, then what its endings tell.
pub fn stems(word: &str) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    let mut add = |stem: String| {
        if stem.chars().count() > 1 && !out.contains(&stem) {
            out.push(stem);
        }
    };
    for base in FORMS.get_or_init(forms).get(word).into_iter().flatten() {
        add((*base).to_owned());
    }
    if let Some(root) = word.strip_suffix("ies") {
        add(format!("{root}y"));
    }
    if let Some(root) = word.strip_suffix("ied") {
        add(format!("{root}y"));
    }
    if let Some(root) = word.strip_suffix("es") {
        add(root.to_owned());
    }
    if let Some(root) = word.strip_suffix('s').filter(|root| !root.ends_with('s')) {
        add(root.to_owned());
    }
    for ending in ["ed", "ing"] {
        let Some(root) = word.strip_suffix(ending).filter(|root| root.len() > 1) else { continue };
        add(root.to_owned());
        add(format!("{root}e"));
        let mut letters = root.chars().rev();
        if letters.next().is_some_and(|last| letters.next() == Some(last)) {
            add(root[..root.len() - root.chars().next_back().map_or(0, char::len_utf8)].to_owned());
        }
    }
    out
}

/// Whether two words may be inflections of one.
pub fn akin(one: &str, other: &str) -> bool {
    let others = stems(other);
    stems(one).iter().any(|stem| others.contains(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_lead_to_one_word() {
        for (form, base) in [
            ("wrote", "write"),
            ("married", "marry"),
            ("founded", "found"),
            ("directed", "direct"),
            ("produced", "produce"),
            ("signed", "sign"),
            ("running", "run"),
            ("stories", "story"),
            ("children", "child"),
            ("works", "work"),
            ("writing", "write"),
        ] {
            assert!(stems(form).iter().any(|stem| stem == base), "{form}");
        }
        assert!(akin("universities", "university") && !akin("novel", "navel"));
    }
}
