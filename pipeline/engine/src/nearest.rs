//! What was likely meant. In: a name as it was typed, and those that there are. Out: the one that is most like it. Never: one that is
//! hardly like it.

/// How much of two names must be the same letters, unless one begins with the other.
const SHARED: f64 = 0.4;

/// The name most like `given`, if another is like it at all: one that begins as it does is not enough.
pub fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let given = given.trim();
    let lower = given.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let begins = name.starts_with(&lower) || lower.starts_with(&name);
        let is_like = begins || strsim::normalized_damerau_levenshtein(&lower, &name) >= SHARED;
        if is_like { strsim::jaro_winkler(&lower, &name) } else { 0.0 }
    };
    known
        .iter()
        .filter(|name| **name != given)
        .map(|name| (likeness(name), *name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hardly_like_it_and_the_name_itself_are_not_meant() {
        let known = ["novelist", "Lumenta", "Ada Lovelace", "place of birth"];
        assert_eq!(nearest("Nope", &known), None);
        assert_eq!(nearest("Lumenta", &known), None);
        assert_eq!(nearest("lumenta", &known), Some("Lumenta"));
        assert_eq!(nearest("Lumneta", &known), Some("Lumenta"));
        assert_eq!(nearest("Ada", &known), Some("Ada Lovelace"));
        assert_eq!(nearest("place of brith", &known), Some("place of birth"));
    }
}
