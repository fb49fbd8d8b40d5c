//! Reports, as tables or lines of JSON. In: a report. Out: standard output. Never: what a report says.

use crate::args::ReportFormat;
use anyhow::Result;
use serde::Serialize;
use std::io::Write;

/// Writes a report to standard output.
pub fn write(format: ReportFormat, report: &impl Serialize, table: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::to_string(report)?)?,
        ReportFormat::Table => writeln!(out, "{table}")?,
    }
    Ok(())
}
