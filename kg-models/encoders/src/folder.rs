//! Encoders by their folders, whatever their kind. In: a folder, perhaps a part. Out: what makes vectors. Never: a kind that
//! the folder does not say.

use crate::linear_map::{ANSWERS, LinearMap, ROTATION};
use crate::table::{StaticTable, TABLE};
use kgloom_numerics::Error;
use kgloom_numerics::artifact::Weights;
use kgloom_numerics::vectors::Encode;
use kgloom_reader::text_encoder::{Cut, HEAD, TextEncoder};
use std::path::Path;

/// Opens the encoder in a folder: published, a student, or a table; all of it, or a part. A layer's vectors are told by the head
/// that a student has for it, and are else its plain mean (0 is the embeddings); layers above are not run. Of fewer numbers the
/// first are taken; a student's vectors are turned before, so that these are the best ones.
///
/// # Errors
/// When a file is missing or malformed, or there is no such layer, or there are not so many numbers.
pub fn open(folder: &Path, cut: Cut) -> Result<Box<dyn Encode>, Error> {
    if folder.join(TABLE).exists() {
        if let Some(layer) = cut.layer {
            let reason = format!("a table has no layers, and layer {layer} is asked for");
            return Err(Error::Unsupported { name: folder.display().to_string(), reason });
        }
        let table = StaticTable::open(folder)?;
        return Ok(Box::new(match cut.fewer(table.width(), &folder.display().to_string())? {
            None => table,
            Some(numbers) => {
                let whole = || LinearMap::identity(table.width());
                let turn = rotation(folder)?.unwrap_or_else(whole);
                table.cut(&turn.cut(numbers))
            }
        }));
    }
    Ok(Box::new(TextEncoder::open_part(folder, cut)?))
}

/// The map by which a teacher's vectors answer so many numbers of the student in a folder; none where they answer as they are.
///
/// # Errors
/// When the file is damaged.
pub fn answers(folder: &Path, numbers: Option<usize>) -> Result<Option<LinearMap>, Error> {
    let file = folder.join(ANSWERS);
    let turn = match (file.exists(), numbers) {
        (true, _) => Some(LinearMap::read(&file, "answers")?),
        (false, Some(_)) => rotation(folder)?,
        (false, None) => None,
    };
    // All numbers of a student are not turned.
    let turn = turn.filter(|turn| file.exists() || numbers.is_some_and(|numbers| numbers < turn.outputs()));
    Ok(turn.map(|turn| numbers.map_or_else(|| turn.clone(), |numbers| turn.cut(numbers))))
}

/// The rotation that lies in a student's folder, if one does.
fn rotation(folder: &Path) -> Result<Option<LinearMap>, Error> {
    for file in [TABLE, HEAD].map(|name| folder.join(name)).iter().filter(|file| file.exists()) {
        let weights = Weights::read(file)?;
        if weights.contains(&format!("{ROTATION}.matrix")) {
            return LinearMap::of(&weights, (file, ROTATION)).map(Some);
        }
    }
    Ok(None)
}
