//! Numbers with what they count. In: a text and where a number stands in it. Out: its value: the number, or its words with
//! the unit that it is given in. Never: a number without its unit, or the front of a longer number.

use super::literal::{balanced, is_number_word, quantity, string};
use super::tokens::{Kind, Token, tokens};
use super::word_list::WordList;
use kgloom_record::record::Literal;
use std::ops::Range;

/// So many bytes before and after a number are looked at.
const REACH: usize = 32;

/// An amount has at most so many tokens.
const LONGEST_AMOUNT: usize = 7;

/// Words that multiply a number.
static MAGNITUDES: WordList = WordList::new("hundred thousand million billion trillion lakh lakhs crore crores");

/// The same, abbreviated, where a unit or currency tells that they are no unit themselves.
static SHORT_MAGNITUDES: WordList = WordList::new("k m mn mio mln mrd mia bn tn");

/// What amounts of money are counted in.
static CURRENCIES: WordList = WordList::new(
    "$ € £ ¥ ₹ ₽ ₩ usd eur gbp jpy chf cad aud nzd inr cny rmb sek nok dkk rub brl dollar dollars euro euros
     pound pounds yen rupees francs marks kronor kroner roubles rubles pesos yuan cents ₺ ₴ ₦ ₱ ₫ ₪ krw zar hkd
     sgd pln czk huf mxn try thb rs re dm kr rupee franc krona krone crowns rouble ruble peso forint zloty złoty
     koruna rupiah baht rand riyals rials dinars dirhams lira lire shillings guilders florins guineas ducats
     thalers pesetas escudos drachmas hryvnia naira shekels renminbi pence",
);

/// Between a number and a currency: whose it is.
static NATIONS: WordList = WordList::new(
    "us u.s american australian canadian zealand new hong kong singapore swiss french belgian british danish
     norwegian swedish icelandic czech deutsche german reichs japanese indian pakistani mexican russian turkish",
);

/// Before an amount: it is a bound of what is meant, or near it.
static BOUND: WordList = WordList::new(
    "about above almost approximately around below between circa exceeding nearly over roughly some under ~ < >
     ±",
);

/// The same, of two words.
const BOUNDS: &[[&str; 2]] = &[
    ["at", "least"],
    ["at", "most"],
    ["fewer", "than"],
    ["greater", "than"],
    ["less", "than"],
    ["more", "than"],
    ["up", "to"],
];

/// What amounts are measured in.
static UNITS: WordList = WordList::new(
    "% ‰ ° percent mm cm m km metre metres meter meters kilometre kilometres kilometer kilometers mi mile
     miles ft foot feet inch inches yard yards nmi ha hectare hectares acre acres sq square cubic g kg mg gram
     grams kilogram kilograms lb lbs tonne tonnes ton tons oz l litre litres liter liters gallon gallons ml w kw
     mw gw kwh mwh gwh watt watts v volt volts hz khz mhz ghz mph kmh knots bit bits byte bytes kb mb gb tb
     degrees second seconds minute minutes hour hours day days week weeks month months year years hp bhp barrels
     ℃ ℉ kilo kilos tonnes kwp twh kmh knot decibels db kelvin celsius fahrenheit",
);

/// Of these an amount may have two: `5 ft 11 in`.
const SMALLER: &[(&str, &str)] = &[
    ("ft foot feet '", "in inch inches \""),
    ("′", "″"),
    ("yd yard yards", "ft foot feet"),
    ("m metre metres meter meters", "cm centimetres centimeters"),
    ("km kilometre kilometres kilometer kilometers", "m metres meters"),
    ("kg", "g grams"),
    ("lb lbs pound pounds", "oz ounces"),
    ("st stone", "lb lbs pounds"),
    ("year years", "month months week weeks day days"),
    ("month months", "week weeks day days"),
    ("week weeks", "day days"),
    ("day days", "hour hours h"),
    ("hour hours h hr hrs", "minute minutes min mins m"),
    ("minute minutes min mins", "second seconds sec secs s"),
    ("°", "′ '"),
];

/// After a unit: what it is taken by, or the scale of degrees.
const AFTER_UNITS: &[(&str, &str)] = &[
    ("°", "c f k n s e w"),
    ("degree degrees", "celsius fahrenheit kelvin c f"),
    (
        "square cubic sq nautical metric",
        "metres meters kilometres kilometers miles feet yards inches km m mi ft tons tonnes",
    ),
    ("pound pounds", "sterling"),
];

/// Whether a word is one of those in a list.
fn among(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// The value of a number that was found in a text.
pub fn measured(text: &str, mention: Range<usize>) -> Literal {
    let start = text.ceil_char_boundary(mention.start.saturating_sub(REACH));
    let end = text.floor_char_boundary((mention.end + REACH).min(text.len()));
    let tokens = tokens(&text[start..end]);
    let within = |token: &&Token| token.span.end + start <= mention.start;
    let first = tokens.iter().take_while(within).count();
    let last = tokens.iter().take_while(|token| token.span.start + start < mention.end).count();
    if first >= last {
        return quantity(&text[mention]);
    }
    let mut amount = Amount { tokens: &tokens, from: first, to: last, given: false };
    amount.whole_number();
    let plain = amount.from..amount.to;
    amount.whole_unit();
    let words =
        |range: Range<usize>| &text[start + tokens[range.start].span.start..start + tokens[range.end - 1].span.end];
    if amount.given { string(balanced(words(amount.from..amount.to))) } else { quantity(words(plain)) }
}

/// A number among tokens, as far as it is known.
struct Amount<'t> {
    tokens: &'t [Token],
    from: usize,
    to: usize,
    /// Whether it has a unit.
    given: bool,
}

impl Amount<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// So many tokens before a place.
    fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.text(at))
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.text(at))
    }

    fn number(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Number)
    }

    fn word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Word)
    }

    fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.glued)
    }

    fn counts(&self, at: usize) -> bool {
        self.number(at) || is_number_word(self.text(at))
    }

    /// A currency; `won` is mostly a verb.
    fn currency(&self, at: usize) -> bool {
        let won = || self.text(at) == "won" && at > 0 && MAGNITUDES.contains(self.text(at - 1));
        CURRENCIES.contains(self.text(at)) || won()
    }

    /// All of a number of which a part was found: `3.2` where that is 3, `three and a half million`.
    fn whole_number(&mut self) {
        self.number_before();
        while self.from >= 2 && self.is_fraction(self.from - 2) {
            self.from -= 2;
        }
        while self.is_fraction(self.to - 1) {
            self.to += 2;
        }
        let half =
            |at: usize| self.is(at, &["and"]) && self.is(at + 1, &["a"]) && self.is(at + 2, &["half", "quarter"]);
        if self.counts(self.to - 1) && half(self.to) {
            self.to += 3;
        }
        self.magnitude();
    }

    /// Whether a number is followed by a mark and digits of its own: `3.2`, `1,234`.
    fn is_fraction(&self, at: usize) -> bool {
        let goes_on = self.is(at + 1, &[".", ","]) && self.number(at + 2);
        self.number(at) && goes_on && self.glued(at + 1) && self.glued(at + 2)
    }

    /// Goes back over what a half or a magnitude is of: `three and a`, `half a`, `3.2`.
    fn number_before(&mut self) {
        let one = MAGNITUDES.contains(self.text(self.from)) && matches!(self.before(self.from, 1), "a" | "an");
        self.from -= usize::from(one);
        let half = self.is(self.from, &["a"]) && matches!(self.before(self.from, 1), "half" | "quarter");
        self.from -= usize::from(half);
        let half = matches!(self.text(self.from), "half" | "quarter");
        if half && self.before(self.from, 1) == "a" && self.before(self.from, 2) == "and" && self.from >= 3 {
            self.from -= if self.counts(self.from - 3) { 3 } else { 0 };
        }
        while self.from > 0 && is_number_word(self.text(self.from)) && self.counts(self.from - 1) {
            self.from -= 1;
        }
    }

    fn magnitude(&mut self) {
        while (self.counts(self.to - 1) || self.is(self.to - 1, &["half", "quarter", ")"]))
            && MAGNITUDES.contains(self.text(self.to))
        {
            self.to += 1;
        }
    }

    /// Its currency, its sign, its unit and its bounds.
    fn whole_unit(&mut self) {
        let unit = |token: &Token| CURRENCIES.contains(&token.text) || UNITS.contains(&token.text);
        self.given = self.tokens[self.from..self.to].iter().any(unit) || self.currency(self.to - 1);
        self.in_brackets();
        self.currency_before();
        self.short_magnitude();
        // £3m–£ of £3m–£4m
        if self.currency(self.to - 1) && self.number(self.to) {
            let after = self.text(self.to + 1);
            self.to += 1 + usize::from(MAGNITUDES.contains(after) || SHORT_MAGNITUDES.contains(after));
        }
        self.unit_after();
        self.second_unit();
        if self.given {
            self.unit_goes_on();
            self.sign();
            (self.from, self.to) = bounded(self.tokens, self.from..self.to);
        }
    }

    /// `$(3.2) million`, of which a part was found.
    fn in_brackets(&mut self) {
        let opened = self.from >= 2 && self.is(self.from - 1, &["("]) && self.currency(self.from - 2);
        let opens = self.currency(self.to - 1) && self.is(self.to, &["("]) && self.number(self.to + 1);
        if !opened && !opens {
            return;
        }
        let from = if opened { self.from } else { self.to };
        let Some(close) = (from..from + LONGEST_AMOUNT).find(|&at| self.is(at, &[")"])) else { return };
        self.from -= usize::from(opened);
        self.to = self.to.max(close + 1);
        self.magnitude();
    }

    /// `US$7`, `Rs. 5`, `A$` before what was found without.
    fn currency_before(&mut self) {
        if self.from > 0 && (self.number(self.from) || self.is(self.from, &["("])) {
            let dotted = self.is(self.from - 1, &["."]) && self.glued(self.from - 1);
            let abbreviated = dotted && self.from >= 2 && (self.word(self.from - 2) || self.glued(self.from));
            if self.currency(self.from - 1) {
                (self.from, self.given) = (self.from - 1, true);
            } else if abbreviated && self.currency(self.from - 2) {
                (self.from, self.given) = (self.from - 2, true);
            }
        }
        let country = |token: &Token| token.kind == Kind::Word && token.upper && token.text.chars().count() <= 3;
        let symbol = self.currency(self.from) && !self.word(self.from) && self.glued(self.from);
        if symbol && self.from > 0 && country(&self.tokens[self.from - 1]) {
            self.from -= 1;
        }
    }

    /// `3m` of money, `3,2 Mio. €`.
    fn short_magnitude(&mut self) {
        let stop = |at: usize| at + usize::from(self.is(at, &["."]) && self.glued(at));
        let told = self.given || self.counts(self.to - 1) && self.currency(stop(self.to + 1));
        let short = |at: usize| SHORT_MAGNITUDES.contains(self.text(at));
        let after = self.to + usize::from(short(self.to) && told);
        self.to = if short(after - 1) && self.currency(stop(after)) { stop(after) } else { after };
    }

    /// `12 km`, `a 40-metre tower`, `20 Swiss francs`.
    fn unit_after(&mut self) {
        let dashed = self.to + usize::from(self.is(self.to, &["-"]) && self.glued(self.to));
        let nation = (dashed..dashed + 2).find(|&at| !NATIONS.contains(self.text(at))).unwrap_or(dashed + 2);
        if UNITS.contains(self.text(dashed)) || self.currency(dashed) && !self.number(dashed + 1) {
            (self.to, self.given) = (dashed + 1, true);
        } else if nation > self.to && self.currency(nation) && self.word(nation) {
            (self.to, self.given) = (nation + 1, true);
        } else if self.is_rate(self.to) {
            (self.to, self.given) = (self.to + 2, true);
        }
    }

    /// `°C`, `per cent`, `km²`, `km/h`, `km per hour`.
    fn unit_goes_on(&mut self) {
        let goes_on =
            |(unit, after): &(&str, &str)| among(unit, self.text(self.to - 1)) && among(after, self.text(self.to));
        self.to += usize::from(AFTER_UNITS.iter().any(goes_on));
        if self.number(self.to - 1) {
            return;
        }
        if self.glued(self.to) && self.is(self.to, &["2", "3", "²", "³"]) {
            self.to += 1;
        }
        if self.is(self.to, &["/"]) && self.glued(self.to) && self.glued(self.to + 1) && self.word(self.to + 1) {
            self.to += 2;
            self.to += usize::from(self.glued(self.to) && self.is(self.to, &["2", "3", "²", "³"]));
        } else if self.is_rate(self.to) {
            self.to += 2;
        }
    }

    /// `per cent`, `per hour`.
    fn is_rate(&self, at: usize) -> bool {
        self.is(at, &["per"]) && self.word(at + 1) && !self.is(at + 1, &["the"])
    }

    /// `11 in` after `5 ft`, and `5 ft` before it.
    fn second_unit(&mut self) {
        let pair = |big: &str, small: &str| {
            SMALLER.iter().any(|(bigger, smaller)| among(bigger, big) && among(smaller, small))
        };
        let joined = self.to + usize::from(self.is(self.to, &["and", ","]));
        if self.number(joined)
            && self.number(self.to.saturating_sub(2))
            && pair(self.text(self.to - 1), self.text(joined + 1))
        {
            (self.to, self.given) = (joined + 2, true);
        }
        // The small unit may not have been found with its number, nor the number with the large one.
        let last = self.to - usize::from(!self.number(self.to - 1));
        let joined = last.saturating_sub(1).saturating_sub(usize::from(matches!(self.before(last, 2), "and" | ",")));
        let large = joined >= 2 && self.number(joined - 2) && self.number(last - 1);
        if large && pair(self.text(joined - 1), self.text(last)) {
            (self.from, self.to, self.given) = (self.from.min(joined - 2), last + 1, true);
        }
    }

    /// A minus that is no dash between two.
    fn sign(&mut self) {
        let Some(before) = self.from.checked_sub(1) else { return };
        let sign = self.is(before, &["-", "+"]) && self.glued(self.from) && !self.glued(before);
        let opened = before > 0 && self.is(before, &["-"]) && self.glued(self.from) && self.is(before - 1, &["(", "["]);
        if sign || opened || self.is(before, &["minus"]) {
            self.from = before;
        }
    }
}

/// An amount with the other end of its range (`£3m–£4m`) and the words that make it a bound (`less than $3.5 million`).
fn bounded(tokens: &[Token], amount: Range<usize>) -> (usize, usize) {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| words.contains(&&*token.text));
    let glued = |at: usize| tokens.get(at).is_some_and(|token| token.glued);
    let (mut from, mut to) = (amount.start, amount.end);
    // "fell from $5 million to $3 million" are two amounts.
    let two = |start: usize| start > 0 && is(start - 1, &["from"]);
    let between = |start: usize| start > 0 && is(start - 1, &["between"]);
    let joins = |start: usize, at: usize| {
        is(at, &["-"]) || is(at, &["to"]) && !two(start) || is(at, &["and"]) && between(start)
    };
    if joins(from, to)
        && let Some((end, given)) = amount_at(tokens, to + 1)
        && (given || is(to, &["-"]) && glued(to) && glued(to + 1))
    {
        to = end;
    } else if let Some(mark) = from.checked_sub(1) {
        let first = (mark.saturating_sub(LONGEST_AMOUNT)..mark)
            .find(|&start| amount_at(tokens, start).is_some_and(|(end, _)| end == mark));
        if let Some(start) = first.filter(|&start| joins(start, mark)) {
            from = start;
        }
    }
    if is(to, &["or"]) && is(to + 1, &["more", "less", "fewer", "so"]) {
        to += 2;
    }
    let two_words = from >= 2 && BOUNDS.iter().any(|[one, other]| is(from - 2, &[one]) && is(from - 1, &[other]));
    match from.checked_sub(1) {
        Some(_) if two_words => (from - 2, to),
        Some(before) if BOUND.contains(&tokens[before].text) => (before, to),
        _ => (from, to),
    }
}

/// Where an amount ends that begins at a token, and whether it has a unit.
fn amount_at(tokens: &[Token], start: usize) -> Option<(usize, bool)> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| words.contains(&&*token.text));
    let number = |at: usize| tokens.get(at).is_some_and(|token| token.kind == Kind::Number);
    let of = |at: usize, list: &WordList| tokens.get(at).is_some_and(|token| list.contains(&token.text));
    let mut given = of(start, &CURRENCIES);
    let mut end = start + usize::from(given);
    if !number(end) {
        return None;
    }
    end += 1;
    while is(end, &[".", ","]) && number(end + 1) && tokens[end].glued && tokens[end + 1].glued {
        end += 2;
    }
    if of(end, &MAGNITUDES) || given && of(end, &SHORT_MAGNITUDES) {
        end += 1;
    }
    if of(end, &UNITS) || of(end, &CURRENCIES) && !number(end + 1) {
        (end, given) = (end + 1, true);
    } else if is(end, &["per"]) && end + 1 < tokens.len() {
        (end, given) = (end + 2, true);
    }
    Some((end, given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::Datatype;

    fn check(text: &str, mention: &str, value: &str, datatype: Datatype) {
        let start = text.find(mention).expect("it is in the text");
        let found = measured(text, start..start + mention.len());
        assert_eq!((&*found.value, found.datatype), (value, datatype), "{mention} in {text}");
    }

    #[test]
    fn a_number_keeps_its_unit() {
        for (text, mention, value) in [
            ("It cost €3.2 million to build.", "3.2 million", "€3.2 million"),
            ("It cost €3.2 million to build.", "3.2", "€3.2 million"),
            ("It cost US$7 million.", "7 million", "US$7 million"),
            ("It cost USD 5bn in all.", "5", "USD 5bn"),
            ("It cost 12 million dollars.", "12 million", "12 million dollars"),
            ("It is 12 km long.", "12", "12 km"),
            ("It covers 12 square miles.", "12", "12 square miles"),
            ("Of them 3.5% are out of work.", "3.5", "3.5%"),
            ("Of them 3.5 per cent are.", "3.5", "3.5 per cent"),
            ("A 40-metre tower.", "40", "40-metre"),
            ("It is 41 °F there.", "41 °", "41 °F"),
            ("It is 41 °F there.", "41", "41 °F"),
            ("It is -5 °C there.", "5", "-5 °C"),
            ("It is −5 °C there.", "−5 °", "−5 °C"),
            ("It is minus 5 degrees Celsius.", "5 degrees", "minus 5 degrees Celsius"),
            ("It cost A$5.50 then.", "$5.50", "A$5.50"),
            ("It cost A$5.50 then.", "5.50", "A$5.50"),
            ("It cost US$3bn in all.", "$3bn", "US$3bn"),
            ("It cost HK$20 million.", "20", "HK$20 million"),
            ("It lost -$5 on it.", "$5", "-$5"),
            ("It cost Rs. 5 crore.", "5 crore", "Rs. 5 crore"),
            ("It cost ₹1.5 lakh.", "1.5", "₹1.5 lakh"),
            ("It cost 3,2 Mio. € then.", "3,2 Mio", "3,2 Mio. €"),
            ("It cost 3,2 Mio. € then.", "3,2", "3,2 Mio. €"),
            ("It cost 1.5 trillion won.", "1.5 trillion", "1.5 trillion won"),
            ("It cost 20 Deutsche Marks.", "20", "20 Deutsche Marks"),
            ("It cost 20 Hong Kong dollars.", "20", "20 Hong Kong dollars"),
            ("It cost DM 5,000 then.", "5,000", "DM 5,000"),
            ("He is 5 ft 11 in tall.", "5 ft 11", "5 ft 11 in"),
            ("He is 5 ft 11 in tall.", "5", "5 ft 11 in"),
            ("He is 5 ft 11 in tall.", "11 in", "5 ft 11 in"),
            ("It took 2 hours and 30 minutes.", "2 hours", "2 hours and 30 minutes"),
            ("It runs at 100 km/h there.", "100", "100 km/h"),
            ("It falls at 9.8 m/s2 there.", "9.8 m", "9.8 m/s2"),
            ("It covers 10.5 km² there.", "10.5 km", "10.5 km²"),
            ("It runs at 90 km per hour.", "90 km", "90 km per hour"),
            ("It cost three and a half million euros.", "three", "three and a half million euros"),
            ("It cost three and a half million euros.", "half million euros", "three and a half million euros"),
            ("It cost half a million dollars.", "million dollars", "half a million dollars"),
            ("It cost $(3.2) million then.", "3.2) million", "$(3.2) million"),
            ("It cost $(3.2) million then.", "$", "$(3.2) million"),
            ("It cost $(3.2) million then.", "3.2", "$(3.2) million"),
            ("It weighs (about 5 kg) more.", "5 kg)", "about 5 kg"),
        ] {
            check(text, mention, value, Datatype::String);
        }
    }

    #[test]
    fn an_amount_keeps_its_bounds() {
        for (text, mention, value) in [
            ("The film cost £3m–£4m.", "£3m–£", "£3m–£4m"),
            ("The film cost £3m–£4m.", "£3m", "£3m–£4m"),
            ("The film cost £3m–£4m.", "£4m", "£3m–£4m"),
            ("It had a budget of less than $3.5 million.", "$3.5 million", "less than $3.5 million"),
            ("It cost over $3.5 million.", "$3.5 million", "over $3.5 million"),
            ("It cost between 3 and 4 million dollars.", "3 and 4 million dollars", "between 3 and 4 million dollars"),
            ("It cost $3 million or more.", "$3 million", "$3 million or more"),
            ("It is at least 12 km long.", "12 km", "at least 12 km"),
            ("It cost $3 million to build.", "$3 million", "$3 million"),
            ("It fell from $5 million to $3 million.", "$5 million", "$5 million"),
            ("It fell from $5 million to $3 million.", "$3 million", "$3 million"),
            ("They paid $5 million - 2019 was late.", "$5 million", "$5 million"),
        ] {
            check(text, mention, value, Datatype::String);
        }
    }

    #[test]
    fn a_number_alone_is_whole() {
        check("Some 3.2 million people live there.", "3.2", "3200000", Datatype::Integer);
        check("It has 1,234,567 souls.", "234", "1234567", Datatype::Integer);
        check("It rose by 3.5 in a decade.", "5", "3.5", Datatype::Decimal);
        check("He had twelve sons.", "twelve", "12", Datatype::Integer);
        check("There were 300 men.", "300", "300", Datatype::Integer);
        check("There were two hundred men.", "two", "200", Datatype::Integer);
        check("Of 12 he won 5 and won them well.", "5", "5", Datatype::Integer);
        check("There were three and a half of them.", "three", "three and a half", Datatype::String);
        check("日本 12 人", "12", "12", Datatype::Integer);
    }
}
