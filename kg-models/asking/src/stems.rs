//! What a word may be an inflection of. In: a word in plain form. Out: candidates, itself first.
//! Never: a claim which of them it is; who asks compares them with the words that he knows.

/// Forms that no rule makes.
const IRREGULAR: &str = "wrote write, written write, bore bear, bred breed, led lead, built build, made make, won win, \
    sang sing, sung sing, taught teach, held hold, bought buy, drew draw, drawn draw, began begin, begun begin, ran run, \
    fought fight, took take, taken take, gave give, given give, sold sell, shot shoot, spoke speak, spoken speak, \
    lay lie, lies lie, lying lie, flew fly, flown fly, stood stand, came come, went go, gone go, met meet, left leave, \
    children child, kids kid, wives wife, men man, women woman, people person, persons person, found find, got get, \
    gotten get, grew grow, rose rise, risen rise, sprang spring, sprung spring, broke break, broken break, dwelt dwell, \
    learnt learn, dealt deal, knew know, known know, became become, fell fall, fallen fall, hung hang, kept keep, \
    laid lay, lent lend, lost lose, paid pay, put put, read read, rode ride, ridden ride, said say, saw see, seen see, \
    sent send, set set, shown show, showed show, struck strike, swam swim, thought think, threw throw, thrown throw, \
    wore wear, worn wear, chose choose, chosen choose, did do, done do, does do, has have, had have, is be, are be, \
    was be, were be, been be, being be, am be, began begin, overran overrun, oversaw oversee, an a, dies die, died die, \
    dying die, media medium, alumni alumnus, criteria criterion, geese goose, countries country, cities city, \
    universities university, companies company, movies movie, organisation organization, organisations organization, \
    organised organize, organise organize, organising organize, labour labor, colour color, centre center, theatre theater, \
    programme program, programmes program, honour honor, honours honor, honoured honor, honored honor, \
    co-founded cofound, mum mother, mom mother, dad father";

/// What a word may be an inflection of: itself first, then what its endings tell.
pub(crate) fn stems(word: &str) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    let mut add = |stem: String| {
        if stem.chars().count() > 1 && !out.contains(&stem) {
            out.push(stem);
        }
    };
    for pair in IRREGULAR.split(',') {
        if let Some((form, base)) = pair.trim().split_once(' ')
            && form == word
        {
            add(base.to_owned());
        }
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
pub(crate) fn akin(one: &str, other: &str) -> bool {
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
