//! What every command gets. In: the arguments that all commands take. Out: a configuration, and how to say things.
//! Never: a command.

use crate::args::Common;
use crate::config::Config;
use crate::voice::Voice;
use anyhow::Result;

/// What every command gets.
pub struct Context {
    /// What was configured.
    pub config: Config,
    /// How to say things.
    pub voice: Voice,
}

impl Context {
    /// What the arguments that all commands take ask for.
    pub fn read(common: &Common) -> Result<Context> {
        let voice = Voice::new(common.quiet, common.verbose);
        let config = Config::read(common)?;
        voice.detail(&format!("state \"{}\", {} workers", config.state.display(), config.workers));
        Ok(Context { config, voice })
    }

    /// The same for a command on the state folder, which remembers what its graph is made with.
    pub fn pinned(self) -> Result<Context> {
        Ok(Context { config: self.config.pinned()?, ..self })
    }

    /// The same for a command that only asks the graph.
    pub fn pinned_to_ask(self) -> Result<Context> {
        Ok(Context { config: self.config.pinned_to_ask()?, ..self })
    }
}
