//! What `kgloom status --memory` tells. In: a state folder. Out: what its graph holds in memory while it is loaded, by stage. Never: a
//! number that is not counted, but for what an operator's rows take: at most so much, beside what they share.

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets};
use kgloom_engine::Settings;
use kgloom_engine::held::{Held, held};
use kgloom_engine::state::{Components, Folder};
use serde::Serialize;
use std::io::{self, Write};

/// What a loaded graph holds, as it is told.
#[derive(Debug, Serialize)]
pub struct Memory {
    /// Bytes of all different texts, and of what was read of them.
    texts: u64,
    readings: u64,
    vectors: u64,
    names: u64,
    things: u64,
    mentions: u64,
    /// Resident bytes of the process before the graph was loaded once more, and after.
    resident: Option<[u64; 2]>,
    /// Rows that the dataflow holds.
    held: Vec<Row>,
}

/// Rows that one operator holds.
#[derive(Debug, Serialize)]
struct Row {
    stage: &'static str,
    what: String,
    rows: u64,
    /// What these take at most, each with its key, beside what they share; null where it is not known.
    bytes_at_most: Option<u64>,
}

impl Memory {
    /// Counted, which loads the graph.
    pub fn of(settings: &Settings, folder: &Folder) -> Result<Memory> {
        let components = Components::for_folder(settings, folder)?;
        Ok(Memory::from(held(settings, folder, components)?))
    }

    /// As a table, the largest first, after what all of them share.
    pub fn show(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "memory      of the graph when it is loaded, counted")?;
        let texts = [
            ("texts", self.texts, String::new()),
            ("readings", self.readings, format!("{} things, {} mentions", self.things, self.mentions)),
            ("vectors", self.vectors, "what is said around things".to_owned()),
            ("names", self.names, "as the texts have them, mention by mention".to_owned()),
        ];
        for (name, bytes, note) in texts {
            writeln!(out, "{}", format!("  {name:<10}{:>10}  {note}", megabytes(bytes)).trim_end())?;
        }
        let (all, rows) =
            (self.held.iter().filter_map(|row| row.bytes_at_most).sum(), self.held.iter().map(|row| row.rows));
        writeln!(
            out,
            "  held      {:>10}  at most, in {} rows beside what they share",
            megabytes(all),
            rows.sum::<u64>()
        )?;
        if let Some([before, after]) = self.resident {
            writeln!(out, "  process   {:>10}  before, {} when it was loaded", megabytes(before), megabytes(after))?;
        }
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY).set_header(["stage", "what", "rows", "at most"]);
        let mut held: Vec<&Row> = self.held.iter().collect();
        held.sort_by_key(|row| std::cmp::Reverse((row.bytes_at_most, row.rows)));
        for row in held {
            let bytes = row.bytes_at_most.map_or_else(|| "not known".to_owned(), megabytes);
            table.add_row([row.stage, &row.what, &row.rows.to_string(), &bytes]);
        }
        for column in 2..4 {
            table.column_mut(column).into_iter().for_each(|column| column.set_cell_alignment(CellAlignment::Right));
        }
        writeln!(out, "{table}")
    }
}

impl From<Held> for Memory {
    fn from(Held { texts, holdings, resident }: Held) -> Memory {
        let row = |held: kgloom_flow::held::Holding| Row {
            stage: held.stage,
            what: held.name.to_string(),
            rows: held.rows,
            bytes_at_most: held.bytes,
        };
        Memory {
            texts: texts.bytes,
            readings: texts.readings,
            vectors: texts.vectors,
            names: texts.names,
            things: texts.things,
            mentions: texts.mentions,
            resident,
            held: holdings.into_iter().map(row).collect(),
        }
    }
}

/// Bytes as people read them.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
