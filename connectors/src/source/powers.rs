//! Powers of numbers. In: what stands raised, and what stands before it. Out: the same for a line of text, so that no digit
//! of a power is one of the number before it. Never: an ordinal taken for a power.

/// What stands raised right behind a number, if it is a power: in raised signs where there are such, else behind a caret.
pub(super) fn written(before: &str, raised: &str) -> Option<String> {
    let is_sign = |c: char| c.is_ascii_digit() || high(c).is_some() || matches!(c, '.' | ',' | '/');
    let number = before.ends_with(|c: char| c.is_ascii_digit());
    let power = raised == "n" || raised.contains(|c: char| c.is_ascii_digit()) && raised.chars().all(is_sign);
    if !number || !power {
        return None;
    }
    Some(raised.chars().map(high).collect::<Option<String>>().unwrap_or_else(|| format!("^{raised}")))
}

/// A sign as it stands raised.
fn high(c: char) -> Option<char> {
    Some(match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32('⁴' as u32 + (c as u32 - '4' as u32))?,
        '-' | '−' | '–' => '⁻',
        '+' => '⁺',
        'n' => 'ⁿ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_stand_apart_from_their_numbers() {
        for (before, raised, expected) in [
            ("10", "6", Some("⁶")),
            ("3.2 x 10", "-19", Some("⁻¹⁹")),
            ("10", "−9", Some("⁻⁹")),
            ("2", "n", Some("ⁿ")),
            ("2", "2n+1", Some("²ⁿ⁺¹")),
            ("SO4", "2-", Some("²⁻")),
            ("10", "2.5", Some("^2.5")),
            ("8", "1/3", Some("^1/3")),
            ("2", "0123456789", Some("⁰¹²³⁴⁵⁶⁷⁸⁹")),
            ("3", "rd", None),
            ("5", "e", None),
            ("3", "a", None),
            ("5", "*", None),
            ("5", " 14", None),
            ("5", "-", None),
            ("km", "2", None),
            ("", "14", None),
        ] {
            assert_eq!(written(before, raised).as_deref(), expected, "{before}^{raised}");
        }
    }
}
