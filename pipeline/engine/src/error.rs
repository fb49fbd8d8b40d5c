//! What can go wrong with an engine. In: what happened. Out: of which kind it is, in a sentence that says what to do. Never: an
//! exit code; whoever embeds the engine decides what it means to it.

/// Why the engine did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for cannot be meant.
    #[error("{0}")]
    Meaningless(String),
    /// What was looked for is not in the graph, or not among the documents.
    #[error("{0}")]
    Nothing(String),
    /// What was said was understood, and cannot be taken in: the ontology or an earlier correction forbids it.
    #[error("{0}")]
    Refused(String),
    /// The settings ask for something that cannot be, or that the folder's graph was not made with.
    #[error("{0}")]
    Settings(String),
    /// Something that must be there is not.
    #[error("{0}")]
    Missing(String),
    /// Somebody asked to stop ([`crate::interrupt`]) before the work was done.
    #[error("interrupted; running again resumes")]
    Interrupted,
    /// A thread of the engine panicked: a bug, or a model of one's own.
    #[error("a thread of the engine panicked: {0}")]
    Panicked(String),
    /// An earlier error has used the engine up. What was answered is in the folder, and opening it again resumes.
    #[error("nothing can be written any more: {0}")]
    UsedUp(String),
    /// The engine was closed.
    #[error("the engine is closed")]
    Closed,
    /// Anything else, mostly of the world: a disk, a lock, a damaged file. Its causes say which.
    #[error(transparent)]
    Failed(anyhow::Error),
}

impl Error {
    /// What was asked for cannot be meant.
    pub fn meaningless(message: impl Into<String>) -> Error {
        Error::Meaningless(message.into())
    }

    /// What was looked for is not there.
    pub fn nothing(message: impl Into<String>) -> Error {
        Error::Nothing(message.into())
    }

    /// What was said cannot be taken in.
    pub fn refused(message: impl Into<String>) -> Error {
        Error::Refused(message.into())
    }

    /// The settings ask for something that cannot be.
    pub fn settings(message: impl Into<String>) -> Error {
        Error::Settings(message.into())
    }

    /// Something that must be there is not.
    pub fn missing(message: impl Into<String>) -> Error {
        Error::Missing(message.into())
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Error {
        // A reader that is told to stop says so in its own words.
        let stopped = |cause: &(dyn std::error::Error + 'static)| {
            matches!(cause.downcast_ref(), Some(kgloom_reader::Error::Stopped))
                || matches!(cause.downcast_ref(), Some(kgloom_numerics::Error::Stopped))
        };
        if error.chain().any(stopped) {
            return Error::Interrupted;
        }
        error.downcast().unwrap_or_else(Error::Failed)
    }
}

/// What a thread said that panicked.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    Error::Panicked(words.unwrap_or_else(|| "it does not say why".to_owned()))
}
