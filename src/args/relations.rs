//! What may be typed after `train relations`. In: arguments. Out: typed values. Never: a model.

use super::ReportFormat;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Shown under `kgloom train relations --help`.
pub const EXAMPLES: &str = "\
Examples:
  kgloom train relations examples.jsonl --ontology museum.ttl --out my-relations
  kgloom run --ontology museum.ttl --relations my-relations texts/
  kgloom train relations --corrections --out my-relations     after `kgloom assert \"Grey Morning\" exhibitedAt \"Lowe Gallery\"` and the like

Examples are JSON lines, a document each, its names marked in the text as [surface|class|number]:
  {\"markup\": \"[Grey Morning|MISC|1] hangs in the [Lowe Gallery|ORG|2].\", \"relations\": [[1, \"exhibitedAt\", 2]]}
A relation is named by its label, the end of its IRI, or its IRI; classes are PER, ORG, LOC, TIME, NUM
and MISC. Five examples of each relation in different words do; two are the least. All other pairs of
names in these documents, and in texts that the program brings, count as counter-examples.";

/// `kgloom train relations`.
#[derive(Args, Debug)]
pub struct TrainRelations {
    /// Files of examples, or folders of them
    #[arg(required_unless_present = "corrections", value_name = "EXAMPLES", value_hint = ValueHint::AnyPath)]
    pub examples: Vec<PathBuf>,
    /// Learn from the state folder's corrections too: of each fact the text that names both its ends shows it where it was
    /// asserted, and counts against it where it was rejected
    #[arg(long)]
    pub corrections: bool,
    /// Where what is taught is written
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// How to write the report
    #[arg(long, value_enum, default_value = "table")]
    pub format: ReportFormat,
}
