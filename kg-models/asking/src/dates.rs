//! Dates in questions. In: words. Out: a date as ISO 8601 writes it, or the part of one. Never: a guess which of two numbers
//! is the month.

use crate::text::Word;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The date that these words are, if they are one: `1930`, `July 1930`, `2 July 1930`, `1930-07-02`.
pub(crate) fn date(words: &[Word]) -> Option<String> {
    let plain: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    let day = |text: &str| {
        text.trim_end_matches(|c: char| c.is_alphabetic()).parse().ok().filter(|day: &u8| (1..=31).contains(day))
    };
    let year = |text: &str| (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned());
    let month = |text: &str| {
        let place = MONTHS.iter().position(|month| *month == text || text.len() == 3 && month.starts_with(text))?;
        Some(place + 1)
    };
    match plain.as_slice() {
        [y] => year(y),
        [m, y] => Some(format!("{}-{:02}", year(y)?, month(m)?)),
        [y, m, d] if year(y).is_some() => {
            let (m, d): (u8, u8) = (m.parse().ok()?, d.parse().ok()?);
            Some(format!("{y}-{m:02}-{d:02}"))
        }
        [m, d, y] if month(m).is_some() => Some(format!("{}-{:02}-{:02}", year(y)?, month(m)?, day(d)?)),
        [d, m, y] => Some(format!("{}-{:02}-{:02}", year(y)?, month(m)?, day(d)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::text::words;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, date) in [
            ("1930", Some("1930")),
            ("July 1930", Some("1930-07")),
            ("2 July 1930", Some("1930-07-02")),
            ("July 2nd, 1930", Some("1930-07-02")),
            ("1930-07-02", Some("1930-07-02")),
            ("02/07/1930", None),
            ("30", None),
        ] {
            assert_eq!(super::date(&words(text)).as_deref(), date, "{text}");
        }
    }
}
