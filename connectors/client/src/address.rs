//! Addresses. In: what was typed or printed. Out: `http://host:port` and what may stand in a path. Never: a look-up.

use crate::error::Error;
use std::fmt::Write;

/// The server's address without a slash at its end, and the token that stands in it where `kgloom serve` printed it.
pub(crate) fn read(typed: &str) -> Result<(String, Option<String>), Error> {
    let wrong = || Error::Address(typed.to_owned());
    let (scheme, rest) = typed.trim().split_once("://").unwrap_or(("http", typed.trim()));
    if !scheme.eq_ignore_ascii_case("http") {
        return Err(wrong());
    }
    let (host, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // A name and a password before the host would be sent to whoever answers.
    if host.is_empty() || host.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control()) {
        return Err(wrong());
    }
    let token = rest.split(['?', '#', '&']).find_map(|part| part.strip_prefix("token="));
    Ok((format!("http://{host}"), token.and_then(decode).filter(|token| !token.is_empty())))
}

/// Everything but letters, digits and `-._~` as `%XX`: it is one piece of a path, or one value of a query, and nothing
/// else.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The text that was encoded; none where it is no UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.filter(|two| !two.starts_with('+')).and_then(|two| u8::from_str_radix(two, 16).ok());
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_host_and_port_and_may_carry_the_token() {
        let plain = |typed: &str| read(typed).unwrap();
        assert_eq!(plain("127.0.0.1:7878"), ("http://127.0.0.1:7878".to_owned(), None));
        assert_eq!(plain(" http://localhost:7878/ "), ("http://localhost:7878".to_owned(), None));
        let printed = "http://127.0.0.1:7878/#token=a%2Bb";
        assert_eq!(plain(printed), ("http://127.0.0.1:7878".to_owned(), Some("a+b".to_owned())));
        for wrong in ["https://example.org", "http://", "", "ftp://x", "http://me:secret@host", "http://a b"] {
            assert!(matches!(read(wrong), Err(Error::Address(_))), "{wrong}");
        }
    }

    #[test]
    fn encoded_is_one_piece_and_comes_back() {
        for text in ["a/b c.txt", "../x", "ä%2F?#&=+", "", "100%", "%+1"] {
            let encoded = encode(text);
            assert!(!encoded.contains(['/', '?', '#', '&', ' ', '+']), "{encoded}");
            assert_eq!(decode(&encoded).unwrap(), text);
        }
        assert_eq!(encode("a/ä"), "a%2F%C3%A4");
        assert_eq!(decode("50%"), Some("50%".to_owned()));
        assert_eq!(decode("%FF"), None);
    }
}
