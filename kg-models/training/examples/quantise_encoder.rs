//! Stores an encoder as kgloom ships it. In: a Hugging Face directory and a target folder. Out: int8 weights. Never: heads.

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(encoder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: quantise_encoder ENCODER_DIR OUT_DIR".into());
    };
    kgloom_training::train::quantise_encoder(&encoder, &out)?;
    Ok(())
}
