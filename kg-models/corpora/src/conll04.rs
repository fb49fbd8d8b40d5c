//! CoNLL04 (Roth and Yih 2004): news sentences with entities and five relations.
//! In: files of index, token, tag, relations, heads. Out: documents. Never: training text, for it is news text kept for tests.

use super::{AnnotatedDocument, Annotation, Assembled, GoldMention, GoldRelation, Tag, assemble};
use crate::Error;
use kgloom_numerics::text_file::{malformed, read};
use std::path::Path;
use std::sync::Arc;

/// Where the set is published.
pub const ORIGIN: &str =
    "the GitHub project bekou/multihead_joint_entity_relation_extraction, folder data/CoNLL04, as relex/conll04";

/// The Wikidata property of each relation, and whether its ends are exchanged
/// (`Kill` runs from the killer, `P157`, killed by, from the killed).
const RELATIONS: &[(&str, &str, bool)] = &[
    ("Live_In", "P551", false),
    ("Work_For", "P108", false),
    ("OrgBased_In", "P159", false),
    ("Located_In", "P131", false),
    ("Kill", "P157", true),
];

/// Reads a file: one document a sentence.
///
/// # Errors
/// The file is missing, or a line does not have its five columns, an unknown label, or a head outside its sentence.
pub fn load(file: &Path) -> Result<Vec<AnnotatedDocument>, Error> {
    let text = read(file, ORIGIN)?;
    let mut documents = Vec::new();
    let mut rows = Vec::new();
    let mut first = 1;
    for (at, line) in text.lines().chain(["#doc"]).enumerate() {
        if line.starts_with("#doc") {
            if !rows.is_empty() {
                let id = format!("conll04:{first}");
                let made = document(id, &rows).map_err(|(row, reason)| malformed(file, first + row, reason))?;
                documents.push(made);
                rows.clear();
            }
            first = at + 2;
        } else if !line.trim().is_empty() {
            rows.push(row(line).ok_or_else(|| malformed(file, at + 1, "not index, token, tag, relations and heads"))?);
        }
    }
    Ok(documents)
}

struct Row<'t> {
    token: &'t str,
    tag: &'t str,
    relations: Vec<&'t str>,
    heads: Vec<usize>,
}

fn row(line: &str) -> Option<Row<'_>> {
    let mut columns = line.split('\t');
    let (_, token, tag) = (columns.next()?, columns.next()?, columns.next()?);
    let list =
        |column: &'_ str| -> Option<String> { Some(column.trim().strip_prefix('[')?.strip_suffix(']')?.to_owned()) };
    let relations = columns.next()?;
    list(relations)?;
    let relations = relations.trim().trim_matches(['[', ']']).split(',');
    let relations = relations.map(|name| name.trim().trim_matches('\'')).collect();
    let heads = list(columns.next()?)?;
    let heads = heads.split(',').map(|head| head.trim().parse().ok()).collect::<Option<_>>()?;
    Some(Row { token, tag, relations, heads })
}

fn document(id: String, rows: &[Row]) -> Result<AnnotatedDocument, (usize, String)> {
    let assembled = assemble(&[rows.iter().map(|row| row.token).collect::<Vec<_>>()]);
    let (mentions, entity_of) = mentions(rows, &assembled)?;
    let mut relations: Vec<String> = RELATIONS.iter().map(|relation| relation.1.to_owned()).collect();
    relations.sort();
    let annotation = Annotation {
        classes: vec![Tag::Person, Tag::Organization, Tag::Location],
        complete: true,
        coreference: false,
        relations: Arc::from(relations),
    };
    let mut document = AnnotatedDocument::new(id, assembled.text, assembled.sentences, annotation);
    document.relations = marked(rows, &entity_of)?;
    document.entities = mentions.len();
    document.mentions = mentions;
    document.normalise();
    Ok(document)
}

/// The mentions, each its own entity, and the entity of each token.
type Mentions = (Vec<GoldMention>, Vec<Option<usize>>);

fn mentions(rows: &[Row], assembled: &Assembled) -> Result<Mentions, (usize, String)> {
    let mut mentions: Vec<GoldMention> = Vec::new();
    let mut entity_of = vec![None; rows.len()];
    let mut start = 0;
    for (at, row) in rows.iter().enumerate() {
        let Some((position, label)) = row.tag.split_once('-') else { continue };
        let class = class(label).ok_or_else(|| (at, format!("unknown class \"{label}\"")))?;
        let before = at.checked_sub(1).and_then(|before| rows[before].tag.split_once('-'));
        if position == "B" || before.map(|tag| tag.1) != Some(label) {
            start = at;
        } else {
            mentions.pop();
        }
        let span = assembled.stretch(0, start..at + 1).ok_or_else(|| (at, "an empty token".to_owned()))?;
        entity_of[at] = Some(mentions.len());
        mentions.push(GoldMention { span, class, entity: mentions.len() });
    }
    Ok((mentions, entity_of))
}

/// `Other` holds dates, numbers and names alike, so that its class stays open.
fn class(label: &str) -> Option<Option<Tag>> {
    Some(match label {
        "Peop" => Some(Tag::Person),
        "Org" => Some(Tag::Organization),
        "Loc" => Some(Tag::Location),
        "Other" => None,
        _ => return None,
    })
}

/// The relations; the set hangs them on the last token of both ends.
fn marked(rows: &[Row], entity_of: &[Option<usize>]) -> Result<Vec<GoldRelation>, (usize, String)> {
    let mut found = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        for (&name, &other) in row.relations.iter().zip(&row.heads) {
            if name == "N" {
                continue;
            }
            let &(_, property, exchanged) = RELATIONS
                .iter()
                .find(|relation| relation.0 == name)
                .ok_or_else(|| (at, format!("unknown relation \"{name}\"")))?;
            let ends = entity_of[at].zip(entity_of.get(other).copied().flatten());
            let (one, two) = ends.ok_or_else(|| (at, format!("\"{name}\" does not join two entities")))?;
            let (head, tail) = if exchanged { (two, one) } else { (one, two) };
            found.push(GoldRelation { head, relation: property.to_owned(), tail, evidence: vec![0] });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "#doc 7\n0\tOswald\tB-Peop\t['Live_In', 'Kill']\t[4, 6]\n1\tof\tO\t['N']\t[1]\n2\tNew\tB-Loc\t['N']\t[2]\n3\tOrleans\tI-Loc\t['N']\t[3]\n4\tUSA\tB-Loc\t['N']\t[4]\n5\tshot\tO\t['N']\t[5]\n6\tKennedy\tB-Peop\t['N']\t[6]\n#doc 8\n0\tYes\tO\t['N']\t[0]\n";

    fn load_text(text: &str) -> Result<Vec<AnnotatedDocument>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.txt");
        std::fs::write(&file, text).unwrap();
        load(&file)
    }

    #[test]
    fn relations_join_whole_mentions() {
        let documents = load_text(TEXT).unwrap();
        assert_eq!(documents.len(), 2);
        let one = &documents[0];
        let named: Vec<(&str, &str, &str)> = one
            .relations
            .iter()
            .map(|r| {
                let surface = |entity| one.surface(one.mentions_of(entity).next().unwrap().span);
                (surface(r.head), r.relation.as_str(), surface(r.tail))
            })
            .collect();
        assert_eq!(named, [("Oswald", "P551", "USA"), ("Kennedy", "P157", "Oswald")]);
        assert_eq!(one.surface(one.mentions[1].span), "New Orleans");
        assert_eq!(documents[1].id, "conll04:10");
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = load_text(&TEXT.replace("'Live_In'", "'Love'")).unwrap_err().to_string();
        assert!(error.contains("line 2: unknown relation \"Love\""), "{error}");
        let error = load_text(&TEXT.replace("[4, 6]", "[4, 5]")).unwrap_err().to_string();
        assert!(error.contains("\"Kill\" does not join two entities"), "{error}");
        assert!(load_text("#doc 1\n0 Yes O\n").unwrap_err().to_string().contains("line 2"));
    }
}
