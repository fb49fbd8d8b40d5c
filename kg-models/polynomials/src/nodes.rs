//! Graphs whose nodes have features and a class, as benchmarks publish them.
//!
//! In: a folder in the form of Planetoid's graphs turned into text (edges.tsv, labels.tsv, features.txt) or of Geom-GCN
//! (out1_graph_edges.txt, out1_node_feature_label.txt; Pei et al. 2020). Out: a [`NodeSet`]. Never: a feature that says
//! which split a node is in.

use crate::Error;
use kgloom_numerics::artifact::read_json;
use kgloom_numerics::text_file::malformed;
use std::path::Path;

/// Where the graphs come from, for the message that one is missing.
const PUBLISHER: &str = "github.com/ivam-he/BernNet, NodeClassification/data";
const SPLIT: &str = "split-planetoid.json";

/// A graph with binary features and classes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeSet {
    /// What reports call it.
    pub name: String,
    /// By node: which features it has, sorted.
    pub features: Vec<Vec<u32>>,
    /// How many features there are.
    pub width: usize,
    /// By node: its class, where it has one.
    pub labels: Vec<Option<u32>>,
    /// How many classes there are.
    pub classes: usize,
    /// Undirected edges, each once, without loops, sorted.
    pub edges: Vec<(u32, u32)>,
    /// The split that lies beside the graph: training, validation, test.
    pub published: Option<[Vec<u32>; 3]>,
}

/// Reads a graph from a folder.
///
/// # Errors
/// When a file is missing or malformed; the line is named.
pub fn load(folder: &Path) -> Result<NodeSet, Error> {
    let geom = folder.join("out1_node_feature_label.txt");
    let mut set = if geom.exists() { geom_gcn(folder, &geom)? } else { planetoid(folder)? };
    set.name = folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into());
    set.width = set.features.iter().flatten().max().map_or(0, |most| *most as usize + 1);
    set.classes = set.labels.iter().flatten().max().map_or(0, |most| *most as usize + 1);
    set.features.iter_mut().for_each(|features| features.sort_unstable());
    set.edges.retain(|(one, other)| one != other);
    set.edges.iter_mut().for_each(|edge| *edge = (edge.0.min(edge.1), edge.0.max(edge.1)));
    set.edges.sort_unstable();
    set.edges.dedup();
    let nodes = set.labels.len();
    if set.features.len() != nodes || set.edges.iter().any(|edge| edge.1 as usize >= nodes) {
        let reason =
            format!("{nodes} nodes have a label, {} have features, or an edge ends elsewhere", set.features.len());
        return Err(Error::Data { name: folder.display().to_string(), reason });
    }
    Ok(set)
}

fn planetoid(folder: &Path) -> Result<NodeSet, Error> {
    let mut set = NodeSet::default();
    let path = folder.join("labels.tsv");
    for (number, line) in lines(&path)?.iter().enumerate() {
        let [node, label] = numbers(&path, number, line, '\t')?[..] else {
            return Err(malformed(&path, number + 1, "a node and its class are wanted, with a tab between"));
        };
        in_order(&path, number, (node, set.labels.len()))?;
        set.labels.push(u32::try_from(label).ok());
    }
    let path = folder.join("features.txt");
    for (number, line) in lines(&path)?.iter().enumerate() {
        let (node, features) = line.split_once('\t').unwrap_or((line, ""));
        in_order(&path, number, (numbers(&path, number, node, ' ')?.first().copied().unwrap_or(-1), number))?;
        set.features.push(ids(&path, number, &numbers(&path, number, features, ' ')?)?);
    }
    let path = folder.join("edges.tsv");
    for (number, line) in lines(&path)?.iter().enumerate() {
        set.edges.push(edge(&path, number, line)?);
    }
    let path = folder.join(SPLIT);
    if path.exists() {
        #[derive(serde::Deserialize)]
        struct Split {
            train: Vec<u32>,
            #[serde(alias = "val")]
            valid: Vec<u32>,
            test: Vec<u32>,
        }
        let split: Split = read_json(&path)?;
        set.published = Some([split.train, split.valid, split.test]);
    }
    Ok(set)
}

fn geom_gcn(folder: &Path, nodes: &Path) -> Result<NodeSet, Error> {
    let mut rows = Vec::new();
    for (number, line) in lines(nodes)?.iter().enumerate().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [node, features, label] = columns[..] else {
            return Err(malformed(
                nodes,
                number + 1,
                "a node, its features and its class are wanted, with tabs between",
            ));
        };
        let marks = numbers(nodes, number, features, ',')?;
        let has = (0u32..).zip(marks).filter(|(_, mark)| *mark != 0).map(|(feature, _)| feature).collect();
        let one = |text: &str| Ok::<_, Error>(numbers(nodes, number, text, ' ')?.first().copied().unwrap_or(-1));
        rows.push((one(node)?, has, u32::try_from(one(label)?).ok()));
    }
    rows.sort_unstable_by_key(|row| row.0);
    let mut set = NodeSet::default();
    for (place, (node, features, label)) in rows.into_iter().enumerate() {
        in_order(nodes, place, (node, place))?;
        set.features.push(features);
        set.labels.push(label);
    }
    let path = folder.join("out1_graph_edges.txt");
    for (number, line) in lines(&path)?.iter().enumerate().skip(1) {
        set.edges.push(edge(&path, number, line)?);
    }
    Ok(set)
}

fn lines(path: &Path) -> Result<Vec<String>, Error> {
    Ok(kgloom_numerics::text_file::read(path, PUBLISHER)?.lines().map(str::to_owned).collect())
}

fn numbers(path: &Path, number: usize, text: &str, between: char) -> Result<Vec<i64>, Error> {
    let parts = text.split(between).map(str::trim).filter(|part| !part.is_empty());
    let number_of =
        |part: &str| part.parse().map_err(|_| malformed(path, number + 1, format!("\"{part}\" is no number")));
    parts.map(number_of).collect()
}

fn ids(path: &Path, number: usize, numbers: &[i64]) -> Result<Vec<u32>, Error> {
    let id = |id: &i64| u32::try_from(*id).map_err(|_| malformed(path, number + 1, format!("{id} is no id")));
    numbers.iter().map(id).collect()
}

fn edge(path: &Path, number: usize, line: &str) -> Result<(u32, u32), Error> {
    match ids(path, number, &numbers(path, number, line, '\t')?)?[..] {
        [one, other] => Ok((one, other)),
        _ => Err(malformed(path, number + 1, "two nodes are wanted, with a tab between")),
    }
}

fn in_order(path: &Path, number: usize, (node, expected): (i64, usize)) -> Result<(), Error> {
    if node == expected as i64 {
        return Ok(());
    }
    Err(malformed(path, number + 1, format!("node {node} stands where node {expected} should")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
        folder
    }

    #[test]
    fn both_forms_are_read() {
        let text = folder(&[
            ("labels.tsv", "0\t1\n1\t-1\n2\t0\n"),
            ("features.txt", "0\t4 2\n1\n2\t0\n"),
            ("edges.tsv", "2\t0\n0\t2\n1\t1\n1\t2\n"),
            (SPLIT, "{\"train\": [0], \"val\": [2], \"test\": []}"),
        ]);
        let set = load(text.path()).unwrap();
        assert_eq!((set.width, set.classes), (5, 2));
        assert_eq!(set.labels, [Some(1), None, Some(0)]);
        assert_eq!(set.features, [vec![2, 4], vec![], vec![0]]);
        assert_eq!(set.edges, [(0, 2), (1, 2)]);
        assert_eq!(set.published, Some([vec![0], vec![2], vec![]]));
        let geom = folder(&[
            ("out1_node_feature_label.txt", "node_id\tfeature\tlabel\n1\t0,0,1\t0\n0\t1,0,1\t2\n"),
            ("out1_graph_edges.txt", "node_id\tnode_id\n1\t0\n0\t1\n"),
        ]);
        let set = load(geom.path()).unwrap();
        assert_eq!((set.features, set.labels), (vec![vec![0, 2], vec![2]], vec![Some(2), Some(0)]));
        assert_eq!((set.edges, set.classes), (vec![(0, 1)], 3));
    }

    #[test]
    fn what_is_wrong_is_said_with_file_and_line() {
        let wrong = folder(&[("labels.tsv", "0\t1\n2\t1\n")]);
        let message = load(wrong.path()).unwrap_err().to_string();
        assert!(message.contains("labels.tsv") && message.contains("line 2: node 2"), "{message}");
    }
}
