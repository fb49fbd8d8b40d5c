// In: head, relation and tail of a fact. Out: the sentences that it was read from, with the mentions marked.
import { ask } from '../lib/api';
import { useLoaded } from '../lib/load';
import { documentLink } from '../lib/route';
import type { Evidence, Explanation } from '../lib/types';
import { Busy, Failure } from './notices';
import { Certainty } from './terms';

export function Why({ subject, relation, object }: { subject: string; relation: string; object: string }) {
  const load = (abort: AbortSignal) => ask<{ explanations: Explanation[] }>('explain', { subject, relation, object }, abort);
  const { data, error, busy } = useLoaded(load, [subject, relation, object]);
  return (
    <div class="why" data-testid="explanation" aria-live="polite">
      {busy && <Busy what="Looking for the sentences" />}
      {error && <Failure error={error} />}
      {data && data.explanations.length === 0 && <p>Nothing speaks for it any more.</p>}
      {data?.explanations.map((one, index) => <Explained key={index} explanation={one} />)}
    </div>
  );
}

function Explained({ explanation }: { explanation: Explanation }) {
  const { evidence = [], asserted = [], rules, facts, probability, model } = explanation;
  const spoken = evidence.filter((one): one is Evidence => typeof one !== 'string');
  const reasons = evidence.filter((one): one is string => typeof one === 'string');
  return (
    <div class="explained">
      {probability !== undefined && (
        <p>
          No text states it. It is predicted{model ? ` by ${model}` : ''}: <Certainty value={probability} word="probability" />
        </p>
      )}
      {reasons.length > 0 && <ul>{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
      {rules && <p>It follows, by {rules.join(' and ')}, from what is stated:</p>}
      {facts?.map((fact, index) => <Explained key={index} explanation={fact} />)}
      {asserted.map((correction) => (
        <p key={correction.id}>
          A <a href="#/corrections">correction</a> says so: {correction.says}
          {correction.source ? `, on the word of “${correction.source}”` : ''}.
        </p>
      ))}
      {spoken.map((one, index) => (
        <figure key={index} class="evidence">
          <blockquote>
            {one.sentences.map((sentence, place) => (
              <p key={place}>
                <Marked text={sentence.marked} />
              </p>
            ))}
          </blockquote>
          <figcaption>
            <a href={documentLink(one.document)}>{one.document}</a>
            <Certainty value={one.score} />
          </figcaption>
        </figure>
      ))}
      {!spoken.length && !reasons.length && !asserted.length && !facts?.length && probability === undefined && <p>No sentence of a live document says so.</p>}
    </div>
  );
}

/** Text between « and » is a mention. */
export function Marked({ text }: { text: string }) {
  const parts = text.split(/«([^«»]*)»/);
  return <>{parts.map((part, index) => (index % 2 ? <mark key={index}>{part}</mark> : part))}</>;
}
