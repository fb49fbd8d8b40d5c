//! How the program ends. In: an error. Out: an exit code after sysexits(3). Never: a message; `lib.rs` prints it.

use connectors::hub::HubError;
use connectors::store::QueryError;
use std::process::ExitCode;
use std::{fmt, io};

/// How the program ends; `docs/commands.md` lists the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// A difference was found, or nothing was found.
    Different,
    /// Wrong usage.
    Usage,
    /// Bad data, where asked to be strict, or a correction that cannot be.
    Data,
    /// A bug in kgloom.
    Bug,
    /// Input or output failed.
    InputOutput,
    /// Wrong configuration, ontology or model.
    Configuration,
    /// Interrupted; running again resumes.
    Interrupted,
}

impl Exit {
    /// The code that the shell sees.
    pub fn code(self) -> i32 {
        match self {
            Exit::Done => 0,
            Exit::Different => 1,
            Exit::Usage => 2,
            Exit::Data => 65,
            Exit::Bug => 70,
            Exit::InputOutput => 74,
            Exit::Configuration => 78,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code() as u8)
    }
}

/// An error whose kind the program decided itself.
#[derive(Debug)]
pub struct CliError {
    exit: Exit,
    message: String,
}

impl CliError {
    /// The user asked for something that cannot be.
    pub fn usage(message: impl Into<String>) -> CliError {
        CliError { exit: Exit::Usage, message: message.into() }
    }

    /// What was looked for is not there.
    pub fn nothing(message: impl Into<String>) -> CliError {
        CliError { exit: Exit::Different, message: message.into() }
    }

    /// Something that must be there is not.
    pub fn missing(message: impl Into<String>) -> CliError {
        CliError { exit: Exit::InputOutput, message: message.into() }
    }

    /// Somebody asked to stop before the work was done.
    pub fn interrupted() -> CliError {
        CliError { exit: Exit::Interrupted, message: "interrupted; running again resumes".to_owned() }
    }

    /// What the user says cannot be taken in.
    pub fn refused(message: impl Into<String>) -> CliError {
        CliError { exit: Exit::Data, message: message.into() }
    }

    /// The configuration asks for something that cannot be.
    pub fn configuration(message: impl Into<String>) -> CliError {
        CliError { exit: Exit::Configuration, message: message.into() }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CliError {}

/// The exit that an error asks for: the first cause that knows decides.
pub fn of(error: &anyhow::Error) -> Exit {
    error.chain().find_map(known).unwrap_or(Exit::Bug)
}

fn known(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(wrong) = cause.downcast_ref::<CliError>() {
        return Some(wrong.exit);
    }
    if let Some(error) = cause.downcast_ref::<kgloom_engine::Error>() {
        return Some(of_engine(error));
    }
    if let Some(error) = cause.downcast_ref::<kgloom_client::Error>() {
        return Some(of_server(error));
    }
    if let Some(query) = cause.downcast_ref::<QueryError>() {
        return Some(of_query(query));
    }
    if let Some(HubError::Name(_) | HubError::Unpinned(_)) = cause.downcast_ref::<HubError>() {
        return Some(Exit::Usage);
    }
    if let Some(exit) = of_models(cause) {
        return Some(exit);
    }
    // The format does not hold what is to be written.
    if let Some(connectors::Error::Output(error)) = cause.downcast_ref::<connectors::Error>()
        && error.kind() == io::ErrorKind::InvalidInput
    {
        return Some(Exit::Usage);
    }
    if let Some(connectors::Error::NotRdf { .. } | connectors::Error::NotATable { .. }) =
        cause.downcast_ref::<connectors::Error>()
    {
        return Some(Exit::Configuration);
    }
    if let Some(crate::config::Error::Refused { .. }) = cause.downcast_ref() {
        return Some(Exit::Data);
    }
    let configuration = cause.is::<crate::config::Error>() || cause.is::<ontologies::Error>();
    if configuration {
        return Some(Exit::Configuration);
    }
    let world = cause.is::<io::Error>()
        || cause.is::<connectors::Error>()
        || cause.is::<HubError>()
        || cause.is::<notify::Error>();
    world.then_some(Exit::InputOutput)
}

/// The exit that an error of the engine asks for.
fn of_engine(error: &kgloom_engine::Error) -> Exit {
    use kgloom_engine::Error;
    match error {
        Error::Meaningless(_) => Exit::Usage,
        Error::Nothing(_) => Exit::Different,
        Error::Refused(_) => Exit::Data,
        Error::Settings(_) => Exit::Configuration,
        Error::Missing(_) | Error::UsedUp(_) | Error::Closed => Exit::InputOutput,
        Error::Interrupted => Exit::Interrupted,
        Error::Panicked(_) => Exit::Bug,
        Error::Failed(error) => of(error),
    }
}

/// What models say of numbers and files, and what readers say.
fn of_models(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    let numbers = |error: &kgloom_numerics::Error| match error {
        kgloom_numerics::Error::Write { .. } => Exit::InputOutput,
        kgloom_numerics::Error::Stopped => Exit::Interrupted,
        _ => Exit::Configuration,
    };
    let readers = |error: &kgloom_reader::Error| match error {
        kgloom_reader::Error::Stopped => Exit::Interrupted,
        kgloom_reader::Error::Numerics(error) => numbers(error),
        _ => Exit::Configuration,
    };
    cause.downcast_ref().map(numbers).or_else(|| cause.downcast_ref().map(readers))
}

/// The exit that a server's refusal asks for; the same as without a server.
fn of_server(error: &kgloom_client::Error) -> Exit {
    use kgloom_client::Error;
    match error {
        Error::Address(_) | Error::Token | Error::Long { .. } => Exit::Usage,
        Error::Refused { status: 400 | 406 | 413 | 415, .. } => Exit::Usage,
        Error::Refused { status: 404, .. } => Exit::Different,
        Error::Refused { status: 422, .. } => Exit::Data,
        _ => Exit::InputOutput,
    }
}

fn of_query(error: &QueryError) -> Exit {
    match error {
        QueryError::Syntax { .. } | QueryError::Meaningless(_) | QueryError::Refused(_) | QueryError::Format { .. } => {
            Exit::Usage
        }
        QueryError::Timeout { .. }
        | QueryError::Memory { .. }
        | QueryError::Text { .. }
        | QueryError::Evaluation(_) => Exit::Different,
        QueryError::Unacceptable(_) => Exit::Usage,
        QueryError::Panicked(_) => Exit::Bug,
        // The format does not hold what is to be written.
        QueryError::Output(error) if error.kind() == io::ErrorKind::InvalidInput => Exit::Usage,
        QueryError::Output(_) => Exit::InputOutput,
    }
}

/// Whether the reader of our output went away, which is its right.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(broken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[track_caller]
    fn check<E: std::error::Error + Send + Sync + 'static>(error: E, expected: Exit) {
        let told: anyhow::Result<()> = Err(error).context("it was tried");
        assert_eq!(told.as_ref().map_err(of), Err(expected), "{told:?}");
    }

    #[test]
    fn what_cannot_be_watched_is_no_bug() {
        check(notify::Error::io(io::ErrorKind::PermissionDenied.into()), Exit::InputOutput);
        check(notify::Error::path_not_found(), Exit::InputOutput);
        check(notify::Error::new(notify::ErrorKind::MaxFilesWatch), Exit::InputOutput);
    }

    #[test]
    fn a_panic_within_a_query_is_a_bug_and_a_format_that_holds_no_answer_is_not() {
        check(QueryError::Panicked("out of range".to_owned()), Exit::Bug);
        check(QueryError::Evaluation("no such function".to_owned()), Exit::Different);
        check(QueryError::Output(io::ErrorKind::InvalidInput.into()), Exit::Usage);
        check(QueryError::Output(io::ErrorKind::StorageFull.into()), Exit::InputOutput);
    }
}
