// In: a plain question. Out: its answers, how it was read, and the SPARQL that it became; or plainly that it is not known.
import { useEffect, useState } from 'preact/hooks';
import { ask, sentence, written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { lastPart, many, shorten } from '../lib/names';
import { say } from '../lib/notice';
import { proofs, type Stated } from '../lib/proof';
import { link } from '../lib/route';
import { schema } from '../lib/schema';
import type { Answer, Term } from '../lib/types';
import { Why } from '../parts/explanation';
import { Busy, Failure } from '../parts/notices';
import { TermLink } from '../parts/terms';

/** As many answers whose sentences are shown unasked. */
const OPENED = 2;

export function Ask({ parameters }: { parameters: Record<string, string> }) {
  const question = parameters.q ?? '';
  const { data, error, busy } = useLoaded((abort) => ask<Answer>('ask', { question }, abort), [question, written.value]);
  useEffect(() => {
    if (data) say(data.known ? many(data.answers.length, 'answer') : 'It is not known.');
  }, [data]);
  return (
    <section>
      <p class="kicker">Question</p>
      <h1>{question}</h1>
      {busy && !data && <Busy what="Reading the question" />}
      {error && <Failure error={error} />}
      {data && (
        <>
          <div class="card answer" data-testid="answer">
            {data.known ? <Answers answer={data} /> : <Unknown why={data.why} question={question} />}
          </div>
          {data.reading && (
            <div class="reading">
              <h2>How the question was read</h2>
              <p>{sentence(data.reading)}</p>
            </div>
          )}
          {data.sparql && (
            <div class="reading">
              <h2>The SPARQL that it became</h2>
              <pre class="code" tabIndex={0} aria-label="SPARQL">{data.sparql}</pre>
              <a class="button" href={link('query', { q: data.sparql, run: '1' })}>
                Edit as SPARQL
              </a>
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Answers({ answer }: { answer: Answer }) {
  const sparql = answer.sparql ?? '';
  const { data } = useLoaded((abort) => (sparql ? proofs(sparql, abort) : Promise.resolve(null)), [sparql, written.value]);
  const labels = useLoaded(() => schema().then(({ relations }) => new Map(relations.map((one) => [one.iri, one.label]))), [written.value]);
  if (answer.answers.length === 0) return <p class="big">The graph holds no answer to this.</p>;
  return (
    <ul class="answers">
      {answer.answers.map((term) => (
        <AnswerRow key={term.value} term={term} facts={data?.get(term.value) ?? []} labels={labels.data ?? new Map()} opened={answer.answers.length <= OPENED} />
      ))}
    </ul>
  );
}

/** An answer with the sentences of each fact that it rests on. */
function AnswerRow({ term, facts, labels, opened }: { term: Term; facts: Stated[]; labels: Map<string, string>; opened: boolean }) {
  const [open, setOpen] = useState(opened);
  return (
    <li data-testid="one-answer">
      <div class="answer-row">
        <TermLink term={term} />
        {facts.length > 0 && (
          <button type="button" class="small" aria-expanded={open} aria-label={`Why? ${term.label || term.value}`} onClick={() => setOpen(!open)}>
            why?
          </button>
        )}
      </div>
      {open &&
        facts.map((fact) => (
          <div key={`${fact.subject} ${fact.relation} ${fact.object}`} class="ground">
            {facts.length > 1 && (
              <p class="quiet">
                {lastPart(fact.subject)} <span class="relation">{labels.get(fact.relation) ?? shorten(fact.relation)}</span> {lastPart(fact.object)}
              </p>
            )}
            <Why {...fact} />
          </div>
        ))}
    </li>
  );
}

function Unknown({ why, question }: { why: string | null; question: string }) {
  return (
    <>
      <p class="big">It is not known.</p>
      <p>{why ? sentence(why.replace(/^I do not know: /, '')) : 'The graph holds nothing that answers this question.'}</p>
      <p>
        <a href={link('search', { q: question.replace(/\?$/, '') })}>Search by meaning</a>, <a href={link('find', { q: question.replace(/\?$/, '') })}>look it up as a name</a> or <a href="#/query">write a query</a>.
      </p>
    </>
  );
}
