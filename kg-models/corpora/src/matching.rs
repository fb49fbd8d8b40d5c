//! What is to be matched, as its authors publish it: claims with the facts or rows of tables that they are about, names of
//! things in ten languages.
//!
//! In: the folder of all data sets, a name. Out: [`MatchSet`]. Never: a download, or a right answer that is not in the set.

use crate::Error;
use crate::typing::records;
use kgloom_numerics::text_file::{malformed, read};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The sets by name.
pub const NAMES: [&str; 4] = ["snopes", "politifact", "corona", "wikikge10"];

/// The languages of WikiKGE-10.
const LANGUAGES: [&str; 10] = ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "ru", "zh"];
/// Where claims and facts come from.
const TDMATCH: &str = "github.com/naserahmadi/TDmatch, data";
/// Where names come from.
const WIKIKGE: &str = "github.com/apple/ml-kge, data/names";

/// A set of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum MatchSet {
    /// Claims and facts.
    Claims(ClaimSet),
    /// Names, by language.
    Names(Vec<NameSet>),
}

/// Claims and the facts that they are about (TDmatch, Ahmadi et al. 2022).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimSet {
    /// What reports call it.
    pub name: String,
    /// The claims.
    pub claims: Vec<Arc<str>>,
    /// The facts; a text may stand several times.
    pub facts: Vec<Arc<str>>,
    /// By claim: the facts that are right, wherever they stand, sorted; none for some.
    pub right: Vec<Vec<u32>>,
    /// Parts of the claims, with their places; empty where they are one part.
    pub parts: Vec<(String, Vec<u32>)>,
}

/// Names of a thing that people judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedNames {
    /// Right ones.
    pub correct: Vec<Arc<str>>,
    /// Wrong ones.
    pub incorrect: Vec<Arc<str>>,
}

/// Names of things in a language, by the thing's id (WikiKGE-10, Conia et al. 2023).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NameSet {
    /// The language.
    pub language: String,
    /// Names that people judged.
    pub gold: BTreeMap<String, JudgedNames>,
    /// Names that M-NTA found, each after the number of sources that agree on it.
    pub agreed: BTreeMap<String, Vec<(u32, Arc<str>)>>,
    /// Names that Wikidata has.
    pub wikidata: BTreeMap<String, Vec<Arc<str>>>,
}

/// Reads a set by name from the folder of all data sets.
///
/// # Errors
/// When there is no set of that name, or a file of it is missing or malformed; the line is named where there are lines.
pub fn load(root: &Path, name: &str) -> Result<MatchSet, Error> {
    let folder = root.join("match/tdmatch").join(name);
    let mut set = match name {
        "snopes" => texts(&folder, "snopes")?,
        "politifact" => texts(&folder, "politi")?,
        "corona" => corona(&folder)?,
        "wikikge10" => {
            let folder = root.join("names/wikikge10");
            return LANGUAGES.iter().map(|one| names(&folder, one)).collect::<Result<_, _>>().map(MatchSet::Names);
        }
        _ => {
            let reason = format!("no such set; there are {}", NAMES.join(", "));
            return Err(Error::Data { name: name.to_owned(), reason });
        }
    };
    name.clone_into(&mut set.name);
    Ok(MatchSet::Claims(set))
}

/// Claims and facts, a line each.
fn texts(folder: &Path, name: &str) -> Result<ClaimSet, Error> {
    let lines = |kind: &str| -> Result<Vec<Arc<str>>, Error> {
        let path = folder.join(format!("{name}_{kind}.csv"));
        let mut texts = Vec::new();
        for (number, record) in records(&read(&path, TDMATCH)?) {
            let [text] = &record[..] else { return Err(malformed(&path, number, "one column is wanted")) };
            texts.push(text.as_str().into());
        }
        Ok(texts)
    };
    let (claims, facts) = (lines("claims")?, lines("facts")?);
    let right = right(&folder.join(format!("{name}_GT.json")), &claims, &facts)?;
    Ok(ClaimSet { claims, facts, right, ..ClaimSet::default() })
}

/// Claims about numbers of the pandemic, generated ones and such as people wrote, and the rows of a table: what is counted,
/// the country, and a number for each month.
fn corona(folder: &Path) -> Result<ClaimSet, Error> {
    let mut set = ClaimSet::default();
    for (part, file) in [("generated", "claims_GEN.csv"), ("written", "claims_USR.csv")] {
        let path = folder.join(file);
        let begin = set.claims.len() as u32;
        for (number, line) in (1..).zip(read(&path, TDMATCH)?.lines()) {
            let text = line.trim().strip_prefix('\'').and_then(|line| line.strip_suffix('\''));
            let text = text.ok_or_else(|| malformed(&path, number, "a claim between ' is wanted"))?;
            set.claims.push(text.replace("''", "'").into());
        }
        set.parts.push((part.to_owned(), (begin..set.claims.len() as u32).collect()));
    }
    // Its quotes are bars.
    let rows = records(&read(&folder.join("corona_tables.csv"), TDMATCH)?.replace('|', "\""));
    set.facts = rows.into_iter().map(|(_, columns)| columns.join(" ").into()).collect();
    set.right = right(&folder.join("corona_GT.json"), &set.claims, &set.facts)?;
    Ok(set)
}

/// By claim: all places of the facts that are right for it.
fn right(path: &Path, claims: &[Arc<str>], facts: &[Arc<str>]) -> Result<Vec<Vec<u32>>, Error> {
    let gold: BTreeMap<String, Vec<String>> = json(path, &read(path, TDMATCH)?)?;
    let mut places: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (fact, place) in facts.iter().zip(0u32..) {
        places.entry(fact).or_default().push(place);
    }
    let of = |claim: &Arc<str>| -> Result<Vec<u32>, Error> {
        let wrong = |reason: String| Error::Data { name: path.display().to_string(), reason };
        let own = gold.get(&**claim).ok_or_else(|| wrong(format!("nothing about the claim \"{claim}\"")))?;
        let mut found = Vec::new();
        for fact in own {
            let places =
                places.get(fact.as_str()).ok_or_else(|| wrong(format!("\"{fact}\" is not among the facts")))?;
            found.extend(places);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    };
    claims.iter().map(of).collect()
}

/// Names in a language.
fn names(folder: &Path, language: &str) -> Result<NameSet, Error> {
    #[derive(Deserialize)]
    struct Gold {
        wikidata_id: String,
        correct_values: Vec<Arc<str>>,
        incorrect_values: Vec<Arc<str>>,
    }
    impl Gold {
        fn judged(self) -> (String, JudgedNames) {
            (self.wikidata_id, JudgedNames { correct: self.correct_values, incorrect: self.incorrect_values })
        }
    }
    #[derive(Deserialize)]
    struct Agreed {
        wikidata_id: String,
        values: Vec<(u32, Arc<str>, bool)>,
    }
    #[derive(Deserialize)]
    struct Wikidata {
        wikidata_id: String,
        values: Vec<Arc<str>>,
    }
    let gold: Vec<Gold> = lines(&folder.join(format!("gold/{language}.json")))?;
    let agreed: Vec<Agreed> = lines(&folder.join(format!("m-nta/with_gpt-3.5/{language}.m-nta.json")))?;
    let wikidata: Vec<Wikidata> = lines(&folder.join(format!("wikidata/{language}.json")))?;
    let scored =
        |values: Vec<(u32, Arc<str>, bool)>| values.into_iter().map(|(votes, name, _)| (votes, name)).collect();
    Ok(NameSet {
        language: language.to_owned(),
        gold: gold.into_iter().map(Gold::judged).collect(),
        agreed: agreed.into_iter().map(|row| (row.wikidata_id, scored(row.values))).collect(),
        wikidata: wikidata.into_iter().map(|row| (row.wikidata_id, row.values)).collect(),
    })
}

/// Lines of JSON.
fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Error> {
    let text = read(path, WIKIKGE)?;
    let rows = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    rows.map(|(number, line)| serde_json::from_str(line).map_err(|reason| malformed(path, number, reason))).collect()
}

fn json<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|source| Error::Json { name: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    fn claims(root: &Path, name: &str) -> ClaimSet {
        match load(root, name).unwrap() {
            MatchSet::Claims(set) => set,
            MatchSet::Names(_) => panic!("claims were wanted"),
        }
    }

    #[test]
    fn a_fact_is_right_wherever_it_stands() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("match/tdmatch/snopes");
        let gold = r#"{"one": ["a b"], "two, \"so\"": ["c", "a b"]}"#;
        files(
            &folder,
            &[
                ("snopes_claims.csv", "one\n\"two, \"\"so\"\"\"\n"),
                ("snopes_facts.csv", "a b\nc\na b\n"),
                ("snopes_GT.json", gold),
            ],
        );
        let set = claims(root.path(), "snopes");
        assert_eq!((set.name.as_str(), &*set.claims[1]), ("snopes", "two, \"so\""));
        assert_eq!(set.right, [vec![0, 2], vec![0, 1, 2]]);
        files(&folder, &[("snopes_GT.json", r#"{"one": ["z"], "two, \"so\"": []}"#)]);
        let said = load(root.path(), "snopes").unwrap_err().to_string();
        assert!(said.contains("\"z\" is not among the facts"), "{said}");
    }

    #[test]
    fn rows_of_a_table_are_facts_and_claims_have_parts() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("match/tdmatch/corona");
        let table = "new deaths,cote d'ivoire,0,1\nnew deaths,|korea, south|,2,3\n";
        let gold = r#"{"cote d'ivoire.": ["new deaths cote d'ivoire 0 1"], "korea": ["new deaths korea, south 2 3"], "x": []}"#;
        files(
            &folder,
            &[
                ("claims_GEN.csv", "'cote d''ivoire.'\n'korea'\n"),
                ("claims_USR.csv", "'x'\n"),
                ("corona_tables.csv", table),
                ("corona_GT.json", gold),
            ],
        );
        let set = claims(root.path(), "corona");
        assert_eq!(set.right, [vec![0], vec![1], vec![]]);
        assert_eq!(set.parts, [("generated".to_owned(), vec![0, 1]), ("written".to_owned(), vec![2])]);
        files(&folder, &[("claims_USR.csv", "x\n")]);
        assert!(load(root.path(), "corona").unwrap_err().to_string().contains("line 1: a claim between '"));
    }

    #[test]
    fn names_are_read_language_by_language() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("names/wikikge10");
        for language in LANGUAGES {
            let [gold, agreed, wikidata] = [
                format!("gold/{language}.json"),
                format!("m-nta/with_gpt-3.5/{language}.m-nta.json"),
                format!("wikidata/{language}.json"),
            ];
            files(
                &folder,
                &[
                    (&gold, r#"{"wikidata_id": "Q1", "correct_values": ["a"], "incorrect_values": ["b"]}"#),
                    (&agreed, r#"{"wikidata_id": "Q1", "values": [[2, "a", true]]}"#),
                    (&wikidata, "{\"wikidata_id\": \"Q1\", \"values\": [\"a\"], \"primary\": [true]}\n"),
                ],
            );
        }
        let MatchSet::Names(sets) = load(root.path(), "wikikge10").unwrap() else { panic!("names were wanted") };
        assert_eq!((sets.len(), sets[1].language.as_str()), (10, "de"));
        assert_eq!(sets[0].agreed["Q1"], [(2, "a".into())]);
        assert_eq!(sets[0].gold["Q1"], JudgedNames { correct: vec!["a".into()], incorrect: vec!["b".into()] });
        files(&folder, &[("gold/ar.json", "{}")]);
        let said = load(root.path(), "wikikge10").unwrap_err().to_string();
        assert!(said.contains("ar.json") && said.contains("line 1"), "{said}");
        assert!(load(root.path(), "none").unwrap_err().to_string().contains("snopes, politifact"));
    }
}
