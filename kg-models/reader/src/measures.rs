//! What amounts measure by their units, and what the names of relations ask for: "4.3 ha" is no share of alcohol, "2,105 m" no
//! number of bunks.
//!
//! In: the words of an amount, the name of a relation. Out: what they measure, where words say so. Never: a unit that the words
//! do not give.

use super::tokens::tokens;
use super::word_list::WordList;

/// What an amount may measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Area,
    /// How many there are: nothing that has a unit.
    Count,
    Duration,
    Length,
    Mass,
    Money,
    Share,
    Temperature,
}

/// By measure: units, and the nouns by which relations ask for it. What stands further up counts where an amount has words of
/// several: "€4", "12 square miles".
static MEASURES: [(Measure, WordList, WordList); 7] = [
    (
        Measure::Money,
        WordList::new(
            "$ € £ ¥ usd eur gbp jpy chf cad aud sek nok dkk dollar dollars euro euros pound pounds yen francs marks kronor kroner crowns
             roubles rubles pesos cents",
        ),
        WordList::new(
            "budget cost costs damages earnings expenditure expenses fare fee fees fine fines income payment price prices proceeds rent
             revenue revenues salary sales takings turnover wage wages winnings",
        ),
    ),
    (
        Measure::Area,
        WordList::new("ha hectare hectares acre acres sq square km² m²"),
        WordList::new("acreage acres area ha hectares"),
    ),
    (Measure::Share, WordList::new("% ‰ percent"), WordList::new("abv alcohol percent percentage proportion share")),
    (Measure::Temperature, WordList::new("° °c °f degrees celsius fahrenheit"), WordList::new("temperature")),
    (
        Measure::Mass,
        WordList::new("g kg mg gram grams kilogram kilograms kilo kilos lb lbs tonne tonnes ton tons oz"),
        WordList::new("kg mass tonnage tonnes weighs weight"),
    ),
    (
        Measure::Length,
        WordList::new(
            "mm cm m km metre metres meter meters kilometre kilometres kilometer kilometers mi mile miles ft foot feet inch inches yard
             yards nmi",
        ),
        WordList::new(
            "altitude breadth depth diameter distance draught elevation height km kilometres length metres miles radius span width
             wingspan",
        ),
    ),
    (
        Measure::Duration,
        WordList::new("second seconds minute minutes hour hours day days week weeks month months year years"),
        WordList::new("days duration hours minutes months runtime seconds weeks years"),
    ),
];
/// Verbs that look like plurals at the end of a relation's name.
static VERBS: WordList = WordList::new(
    "carries contains costs covers extends has holds lasts measures reaches rises runs seats spans stands takes weighs",
);

/// What an amount measures, where its unit says so; none of rates such as "km per hour".
fn of_amount(amount: &str) -> Option<Measure> {
    let words = tokens(amount);
    let is = |list: &WordList| words.iter().any(|token| list.contains(&token.text));
    if words.iter().any(|token| matches!(&*token.text, "per" | "/")) {
        return None;
    }
    MEASURES.iter().find(|(_, units, _)| is(units)).map(|(measure, ..)| *measure)
}

/// What a relation with a name in lower case asks for, where its words say so.
pub(super) fn asked(name: &str) -> Option<Measure> {
    let mut words = name.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let measured = |word: &str| MEASURES.iter().find(|(.., names)| names.contains(word)).map(|(measure, ..)| *measure);
    if let Some(measure) = words.clone().find_map(measured) {
        return Some(measure);
    }
    let counts = words.clone().any(|word| matches!(word, "count" | "number"));
    let plural =
        |word: &str| word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !VERBS.contains(word);
    (counts || words.next_back().is_some_and(plural)).then_some(Measure::Count)
}

/// Whether an amount measures what is asked for, as far as its unit says.
pub(super) fn may_measure(amount: &str, asked: Measure) -> bool {
    match of_amount(amount) {
        // "12 m" may be twelve million.
        Some(Measure::Length) if asked == Measure::Money => true,
        Some(measure) => measure == asked,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_measures_what_its_unit_says() {
        let told = [
            ("4.3 ha", "alcohol", false),
            ("4.3 ha", "area ha", true),
            ("13 %", "alcohol", true),
            ("2,105 m", "bunks", false),
            ("2,105 m", "altitude (m)", true),
            ("64", "bunks", true),
            ("12 square miles", "length", false),
            ("€18,000", "fine", true),
            ("€18,000", "number of seats", false),
            ("12.5 m", "turnover", true),
            ("900 kg", "length overall", false),
            ("90 km per hour", "height", true),
            ("3 m", "measures", true),
            ("3 m", "capacity", true),
            ("two hours", "weight", false),
        ];
        for (amount, name, expected) in told {
            assert_eq!(asked(name).is_none_or(|asked| may_measure(amount, asked)), expected, "{amount}, {name}");
        }
    }
}
