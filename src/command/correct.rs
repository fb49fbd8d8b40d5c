//! `kgloom reject`, `assert`, `same`, `different`, `retype`. In: names. Out: one correction more, and the graph that
//! follows. Never: a correction that the ontology or an earlier one forbids.

use crate::args::{Assert, Correct, Different, Reject, Retype, Same};
use crate::config::find_class;
use crate::context::Context;
use crate::corrections::{Book, Effect, Meant, same, with};
use crate::exit::{CliError, Exit};
use crate::run::{Intake, Summary};
use crate::state::{Folder, Live, ontology};
use anyhow::Result;
use kgloom_flow::stage::corrections::value_classes;
use kgloom_record::record::{Correction, Named, Object};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::io::Write;
use std::time::Instant;

pub fn run(context: Context, wanted: &Correct) -> Result<Exit> {
    match wanted {
        Correct::Reject(wanted) => reject(context, wanted),
        Correct::Assert(wanted) => assert(context, wanted),
        Correct::Same(wanted) => make_same(context, wanted),
        Correct::Different(wanted) => make_different(context, wanted),
        Correct::Retype(wanted) => retype(context, wanted),
        Correct::Corrections(wanted) => super::corrections::run(context, wanted),
    }
}

fn reject(context: Context, wanted: &Reject) -> Result<Exit> {
    correct(context, |book| {
        let (subject, relation) = (book.named(&wanted.subject, Meant::All)?, book.relation(&wanted.relation)?);
        let stated = crate::terms::find(
            &book.folder.store,
            book.ontology,
            &crate::terms::Wanted {
                subject: Some(wanted.subject.clone()),
                relation: Some(wanted.relation.clone()),
                object: Some(wanted.object.clone()),
            },
        );
        // A value that the graph holds is rejected as the graph writes it.
        let value = stated.unwrap_or_default().into_iter().find_map(|triple| match triple.object {
            kgloom_record::record::Term::Literal(literal) => Some(Object::Value(literal)),
            kgloom_record::record::Term::Name(_) => None,
        });
        let object = value.map_or_else(|| book.object(&relation, &wanted.object, Meant::All), Ok)?;
        let document = book.document(wanted.document.as_deref())?;
        Ok(Correction::Reject { subject, relation, object, document })
    })
}

fn assert(context: Context, wanted: &Assert) -> Result<Exit> {
    correct(context, |book| {
        let (subject, relation) = (book.named(&wanted.subject, Meant::OneOrNew)?, book.relation(&wanted.relation)?);
        let object = book.object(&relation, &wanted.object, Meant::OneOrNew)?;
        let source = wanted.source.as_deref().map(Into::into);
        let asserted = Correction::Assert { subject, relation, object, source };
        check(&asserted, book.ontology)?;
        Ok(asserted)
    })
}

fn make_same(context: Context, wanted: &Same) -> Result<Exit> {
    correct(context, |book| {
        let (one, other) = pair(book, (&wanted.one, &wanted.other), Meant::One)?;
        Ok(same(one, other))
    })
}

fn make_different(context: Context, wanted: &Different) -> Result<Exit> {
    correct(context, |book| {
        let (one, other) = pair(book, (&wanted.one, &wanted.other), Meant::Name)?;
        Ok(Correction::Different { one, other, document: book.document(wanted.document.as_deref())? })
    })
}

fn retype(context: Context, wanted: &Retype) -> Result<Exit> {
    correct(context, |book| {
        let name = book.named(&wanted.name, Meant::All)?;
        let class = find_class(&wanted.class, book.ontology).map_err(CliError::refused)?;
        if ["Time", "Quantity"].map(vocabulary::own).contains(&class) {
            return Err(CliError::refused(format!(
                "what is of class \"{}\" is a value, and has no name",
                wanted.class
            ))
            .into());
        }
        if name.class == class {
            return Err(CliError::refused(format!("{name} is of this class already")).into());
        }
        Ok(Correction::Retype { name, class })
    })
}

fn pair(book: &Book, (one, other): (&str, &str), meant: Meant) -> Result<(Named, Named)> {
    let (one, other) = (book.named(one, meant)?, book.named(other, meant)?);
    if one.meets(&other) {
        return Err(CliError::refused(format!("both are {one}: what is said is about two names")).into());
    }
    Ok((one, other))
}

/// What the ontology does not admit is not asserted.
fn check(asserted: &Correction, ontology: &Ontology) -> Result<()> {
    let Correction::Assert { subject, relation, object, .. } = asserted else { return Ok(()) };
    let classes = match object {
        Object::Name(named) if named.meets(subject) => {
            return Err(CliError::refused("subject and object are the same").into());
        }
        Object::Name(named) => vec![named.class.clone()],
        Object::Value(literal) => value_classes(literal.datatype).iter().map(|class| vocabulary::own(class)).collect(),
    };
    let mut refused = None;
    for class in &classes {
        match ontology.admits(&subject.class, relation, class) {
            Ok(()) => return Ok(()),
            Err(violation) => refused = Some(violation),
        }
    }
    let violation = refused.map(|violation| violation.to_string()).unwrap_or_default();
    Err(CliError::refused(format!("the ontology does not admit this: {violation}")).into())
}

/// Adds one correction to those of the state folder.
fn correct(context: Context, make: impl FnOnce(&Book) -> Result<Correction>) -> Result<Exit> {
    let start = Instant::now();
    let ontology = ontology(&context.config)?;
    let folder = Folder::open_current(&context.config, context.voice)?;
    let Some(model) = folder.model()? else { return Err(CliError::nothing("the graph is empty").into()) };
    let new = make(&Book { folder: &folder, ontology: &ontology, model: &model })?;
    let known = folder.journal.corrections()?;
    let id = new.id();
    if known.contains(&new) {
        context.voice.note(&format!("this is correction {id} already"));
        return Ok(Exit::Done);
    }
    let corrections = with(known, new.clone(), &ontology)?;
    let mut live = Live::start(&context.config, folder, context.voice)?;
    let mut intake = Intake::new(&mut live, context.config.epoch_documents, context.voice)?;
    intake.take_corrections(corrections)?;
    intake.finish()?;
    let tally = intake.tally;
    Summary::of(&live.folder.store, &live.counters, tally, start.elapsed())?.say(context.voice)?;
    writeln!(std::io::stdout().lock(), "{id}  {new}")?;
    if !Effect::of(&live.folder.store, &id)?.applies() {
        context.voice.note("it changes nothing now; it is kept, and holds as soon as documents say what it is about");
    }
    Ok(Exit::Done)
}
