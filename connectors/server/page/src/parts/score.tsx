// In: a hit of a search. Out: its score, what it is made of, and which classes and relations speak for it.
import type { Hit, ScoreExplanation } from '../lib/types';

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3).replace(/^0/, '')}`;

/** A score beside the best one of the list; scores are not shares of anything. */
export function Score({ hit, best }: { hit: Hit; best: number }) {
  const share = best > 0 ? Math.max(0, Math.min(1, hit.score / best)) : 0;
  return (
    <span class="score" title="Score, and how it compares with the best of the list">
      <svg viewBox="0 0 64 6" width="64" height="6" aria-hidden="true" preserveAspectRatio="none">
        <rect class="bar-ground" width="64" height="6" rx="3" />
        <rect class="bar" width={Math.max(3, 64 * share)} height="6" rx="3" />
      </svg>
      <span class="sr-only">score </span>
      <span class="number">{hit.score.toFixed(2)}</span>
    </span>
  );
}

/** How much words and meaning say, and which of several interests it belongs to. */
export function ScoreSources({ hit }: { hit: Hit }) {
  return (
    <>
      {hit.words !== undefined && (
        <span class="chip" title="How well the words fit (BM25)">
          words <b>{hit.words.toFixed(2)}</b>
        </span>
      )}
      {hit.meaning !== undefined && (
        <span class="chip" title="How alike what is said of it is to the text (cosine)">
          meaning <b>{hit.meaning.toFixed(2)}</b>
        </span>
      )}
      {hit.interest !== undefined && <span class="chip">kind {hit.interest}</span>}
    </>
  );
}

export function ScoreParts({ explanation, meaning }: { explanation: ScoreExplanation; meaning: number | undefined }) {
  const rows: [string, number, boolean][] = [
    ...explanation.parts.map(({ concept, part }): [string, number, boolean] => [concept, part, false]),
    ['all other classes and relations', explanation.others, true],
    ['what none of them tells', explanation.other, true],
  ];
  const most = Math.max(0.001, ...rows.map(([, part]) => Math.abs(part)));
  return (
    <div class="score-parts" data-testid="score-parts">
      <p class="quiet">{meaning === undefined ? 'The likeness' : `The likeness of meaning, ${meaning.toFixed(3)},`} is the sum of:</p>
      <ul>
        {rows.map(([name, part, rest]) => (
          <li key={name} class={rest ? 'rest' : ''}>
            <span class="part-name">{name}</span>
            <svg viewBox="-50 0 100 8" width="100" height="8" aria-hidden="true" preserveAspectRatio="none">
              <rect class="bar-ground" x="-50" y="3" width="100" height="2" rx="1" />
              <rect class={part < 0 ? 'bar-against' : 'bar'} x={part < 0 ? (50 * part) / most : 0} width={Math.max(0.5, (50 * Math.abs(part)) / most)} height="8" rx="2" />
            </svg>
            <span class="number">{signed(part)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
