//! The forms of English verbs. In: one form. Out: the others. Never: a dictionary; what is not irregular follows the rules of
//! spelling.

/// A verb in its forms: `writes`, `write`, `wrote`, `written`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verb {
    /// The third person of the present.
    pub present: String,
    /// The infinitive.
    pub base: String,
    /// The simple past.
    pub past: String,
    /// The past participle.
    pub participle: String,
}

/// Base, past and participle of verbs that do not follow the rule.
const IRREGULAR: &str = "beat beat beaten|bear bore born|become became become|begin began begun|bind bound bound|bite bit bitten|blow blew blown|\
    break broke broken|breed bred bred|bring brought brought|build built built|burn burnt burnt|buy bought bought|\
    catch caught caught|choose chose chosen|come came come|cut cut cut|deal dealt dealt|do did done|draw drew drawn|drink drank drunk|\
    drive drove driven|dwell dwelt dwelt|eat ate eaten|fall fell fallen|feed fed fed|fight fought fought|find found found|fly flew flown|\
    forget forgot forgotten|get got got|give gave given|go went gone|grow grew grown|hang hung hung|hear heard heard|\
    hide hid hidden|hit hit hit|hold held held|keep kept kept|know knew known|learn learnt learnt|lay laid laid|lead led led|leave left left|\
    lend lent lent|let let let|lie lay lain|lose lost lost|make made made|mean meant meant|meet met met|overrun overran overrun|oversee oversaw overseen|pay paid paid|\
    put put put|read read read|ride rode ridden|ring rang rung|rise rose risen|run ran run|say said said|see saw seen|seek sought sought|\
    sell sold sold|send sent sent|set set set|shoot shot shot|show showed shown|sing sang sung|sink sank sunk|sit sat sat|\
    sleep slept slept|speak spoke spoken|spend spent spent|spin spun spun|spring sprang sprung|stand stood stood|steal stole stolen|\
    strike struck struck|swear swore sworn|swim swam swum|take took taken|teach taught taught|tell told told|\
    think thought thought|throw threw thrown|understand understood understood|wear wore worn|win won won|\
    withdraw withdrew withdrawn|write wrote written";

impl Verb {
    /// The verb whose third person of the present this may be; none for what no verb ends in.
    pub fn of_present(present: &str) -> Option<Verb> {
        let stem = present.strip_suffix('s').filter(|stem| stem.len() > 1 && !stem.ends_with(['s', 'u', 'i']))?;
        let hissing = |stem: &&str| ["ch", "sh", "ss", "x", "zz", "o"].iter().any(|end| stem.ends_with(end));
        let base = match (present.strip_suffix("ies"), present.strip_suffix("es").filter(hissing)) {
            (Some(stem), _) if stem.len() > 1 => format!("{stem}y"),
            (_, Some(stem)) => stem.to_owned(),
            _ => stem.to_owned(),
        };
        Some(Verb::of_base(&base, present))
    }

    /// The verb of which this is a past form or a participle; none where it ends as no regular one does and is not known.
    pub fn of_past(form: &str) -> Option<Verb> {
        let known = irregular().find(|[_, past, participle]| *past == form || *participle == form);
        if let Some([base, ..]) = known {
            return Some(Verb::of_base(base, &present(base)));
        }
        // Such a form does not tell the base (`rated`, `acted`): what is said in the past has to do.
        let regular = form.strip_suffix("ed").is_some_and(|stem| stem.len() > 1 && stem.contains(is_vowel));
        let same = || form.to_owned();
        regular.then(|| Verb { present: same(), base: same(), past: same(), participle: same() })
    }

    fn of_base(base: &str, present: &str) -> Verb {
        let (past, participle) = match irregular().find(|[known, ..]| *known == base) {
            Some([_, past, participle]) => (past.to_owned(), participle.to_owned()),
            None => (regular_past(base), regular_past(base)),
        };
        Verb { present: present.to_owned(), base: base.to_owned(), past, participle }
    }
}

/// What the third person of the present may be of the verb that this is a regular past form of, which does not tell its base:
/// `managed` gives `manages` and `manags`, of which no text has the one that is none.
pub fn presents(past: &str) -> Vec<String> {
    let Some(stem) = past.strip_suffix("ed").filter(|stem| stem.len() > 1) else { return Vec::new() };
    let letters: Vec<char> = stem.chars().collect();
    let mut presents = vec![present(stem), format!("{stem}es")];
    if let [.., before, last] = letters[..]
        && before == last
    {
        presents.push(present(&stem[..stem.len() - last.len_utf8()]));
    }
    if let Some(stem) = stem.strip_suffix('i') {
        presents.push(format!("{stem}ies"));
    }
    presents
}

/// The forms of verbs that do not follow the rule: base, past, participle.
pub(crate) fn irregular() -> impl Iterator<Item = [&'static str; 3]> {
    IRREGULAR.split('|').filter_map(|verb| verb.split_whitespace().collect::<Vec<_>>().try_into().ok())
}

fn is_vowel(letter: char) -> bool {
    "aeiouy".contains(letter)
}

fn present(base: &str) -> String {
    match base {
        _ if base.ends_with("ch") || base.ends_with("sh") || base.ends_with(['s', 'x', 'z', 'o']) => {
            format!("{base}es")
        }
        _ if after_consonant(base, 'y') => format!("{}ies", &base[..base.len() - 1]),
        _ => format!("{base}s"),
    }
}

fn regular_past(base: &str) -> String {
    let letters: Vec<char> = base.chars().collect();
    let doubled = match letters[..] {
        // One syllable of consonant, vowel, consonant: `stopped`.
        [.., before, vowel, last] => {
            let single = letters.iter().filter(|letter| is_vowel(**letter)).count() == 1;
            single && !is_vowel(before) && is_vowel(vowel) && !is_vowel(last) && !"wx".contains(last)
        }
        _ => false,
    };
    match letters.last() {
        Some('e') => format!("{base}d"),
        Some('y') if after_consonant(base, 'y') => format!("{}ied", &base[..base.len() - 1]),
        Some(last) if doubled => format!("{base}{last}ed"),
        _ => format!("{base}ed"),
    }
}

fn after_consonant(base: &str, last: char) -> bool {
    base.strip_suffix(last).is_some_and(|stem| stem.ends_with(|letter: char| !is_vowel(letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_past_form_has_its_present_among_a_few() {
        for (past, present) in [
            ("imported", "imports"),
            ("managed", "manages"),
            ("stopped", "stops"),
            ("carried", "carries"),
            ("taxed", "taxes"),
        ] {
            assert!(presents(past).iter().any(|form| form == present), "{past}");
        }
        assert!(presents("wrote").is_empty() && presents("bed").is_empty());
    }

    #[test]
    fn forms_follow_the_rules_or_the_list() {
        for (present, base, past, participle) in [
            ("likes", "like", "liked", "liked"),
            ("carries", "carry", "carried", "carried"),
            ("plays", "play", "played", "played"),
            ("coaches", "coach", "coached", "coached"),
            ("stops", "stop", "stopped", "stopped"),
            ("owns", "own", "owned", "owned"),
            ("writes", "write", "wrote", "written"),
            ("teaches", "teach", "taught", "taught"),
            ("belongs", "belong", "belonged", "belonged"),
            ("houses", "house", "housed", "housed"),
        ] {
            let verb = Verb::of_present(present).unwrap();
            assert_eq!((&*verb.base, &*verb.past, &*verb.participle), (base, past, participle));
        }
        assert_eq!(Verb::of_past("written").unwrap().present, "writes");
        assert_eq!(Verb::of_past("flew").unwrap().base, "fly");
        assert_eq!(Verb::of_past("flew").unwrap().present, "flies");
        assert_eq!(Verb::of_past("acquired").unwrap().participle, "acquired");
        for none in ["boss", "is", "status", "sponsor"] {
            assert_eq!(Verb::of_present(none), None, "{none}");
        }
        for none in ["sponsor", "bed", "red"] {
            assert_eq!(Verb::of_past(none), None, "{none}");
        }
    }
}
