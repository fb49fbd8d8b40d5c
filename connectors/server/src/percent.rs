//! Percent-encoding (RFC 3986, 2.1). In: a path, or a form. Out: what it names. Never: half a character, or another in its
//! place.

/// The text that is written so; none where it is no UTF-8 or breaks off.
pub(crate) fn decode(path: &str) -> Option<String> {
    decoded(path.as_bytes())
}

/// The names and values of a form (`application/x-www-form-urlencoded`); none where they are no UTF-8 or break off.
pub(crate) fn form(text: &[u8]) -> Option<Vec<(String, String)>> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let pairs = spaced.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        Some((decoded(&pair[..end])?, decoded(pair.get(end + 1..).unwrap_or_default())?))
    });
    pairs.collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        let digit = |byte: u8| (byte as char).to_digit(16);
        bytes.push((digit(*high)? * 16 + digit(*low)?) as u8);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{decode, form};

    #[test]
    fn ids_are_whatever_was_written() {
        let ok = |path: &str| decode(path).expect("UTF-8");
        assert_eq!(ok("texts/a%20b.txt"), "texts/a b.txt");
        assert_eq!(ok("..%2f..%2Fetc"), "../../etc");
        assert_eq!(ok("%C3%A9+%25"), "é+%");
        for broken in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }

    #[test]
    fn forms_are_pairs_and_what_is_no_text_is_none() {
        let pairs = |text: &str| form(text.as_bytes()).expect("UTF-8");
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("&query=ASK+%7B%7d&a=b=c&default&=x&"),
            [("query", "ASK {}"), ("a", "b=c"), ("default", ""), ("", "x")].map(owned)
        );
        assert_eq!(pairs(""), []);
        for broken in ["a=%ff", "%=b", "a=%4", "a=100%"] {
            assert_eq!(form(broken.as_bytes()), None, "{broken}");
        }
        assert_eq!(form(b"a=\xff"), None);
    }
}
