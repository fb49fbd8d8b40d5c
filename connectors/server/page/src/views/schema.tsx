// In: nothing. Out: the classes and relations of the graph, with counts, comments and a query for each.
import { written } from '../lib/api';
import { useLoaded } from '../lib/load';
import { count } from '../lib/names';
import { link, settle } from '../lib/route';
import { schema } from '../lib/schema';
import { Busy, Failure } from '../parts/notices';
import { ClassDot } from '../parts/terms';

export function SchemaView({ parameters }: { parameters: Record<string, string> }) {
  const { data, error, busy } = useLoaded(() => schema(), [written.value]);
  const { filter = '', unused = '' } = parameters;
  const fits = (...texts: (string | null)[]) => texts.some((text) => text?.toLowerCase().includes(filter.trim().toLowerCase()));
  const classes = data?.classes.filter((one) => fits(one.label, one.short, one.comment) && (unused || one.things > 0)) ?? [];
  const relations = data?.relations.filter((one) => fits(one.label, one.short, one.comment) && (unused || one.facts > 0)) ?? [];
  return (
    <section>
      <h1>Schema</h1>
      <p class="lead">What may be said, and how often it is.</p>
      <div class="row">
        <label class="field narrow">
          <span>Filter</span>
          <input type="search" value={filter} onInput={(event) => settle('schema', { filter: event.currentTarget.value, unused })} />
        </label>
        <label class="check">
          <input type="checkbox" checked={Boolean(unused)} onChange={(event) => settle('schema', { filter, unused: event.currentTarget.checked ? '1' : undefined })} />
          also what is not used
        </label>
      </div>
      {busy && !data && <Busy />}
      {error && <Failure error={error} />}
      {data && (
        <>
          <h2>Classes</h2>
          {classes.length === 0 && <None filter={filter} unused={unused} what="class" />}
          <div class="table-frame" tabIndex={0} role="region" aria-label="Classes" hidden={classes.length === 0}>
            <table class="plain">
              <thead>
                <tr>
                  <th scope="col">Class</th>
                  <th scope="col" class="right">Entities</th>
                  <th scope="col">What it is</th>
                </tr>
              </thead>
              <tbody>
                {classes.map((one) => (
                  <tr key={one.iri}>
                    <th scope="row">
                      <ClassDot name={one.label} />
                      <a href={link('query', { q: `SELECT ?entity ?name WHERE {\n  ?entity a ${inSparql(one)} ;\n          rdfs:label ?name .\n}\nORDER BY ?name\nLIMIT 100`, run: '1' })}>{one.label || one.short}</a>
                    </th>
                    <td class="right number">{count(one.things)}</td>
                    <td>{one.comment}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <h2>Relations</h2>
          {relations.length === 0 && <None filter={filter} unused={unused} what="relation" />}
          <div class="table-frame" tabIndex={0} role="region" aria-label="Relations" hidden={relations.length === 0}>
            <table class="plain">
              <thead>
                <tr>
                  <th scope="col">Relation</th>
                  <th scope="col" class="right">Facts</th>
                  <th scope="col">Head → tail</th>
                  <th scope="col">What it says</th>
                </tr>
              </thead>
              <tbody>
                {relations.map((one) => (
                  <tr key={one.iri}>
                    <th scope="row">
                      <a href={link('query', { q: `SELECT ?head ?tail WHERE {\n  ?head ${inSparql(one)} ?tail .\n}\nLIMIT 100`, run: '1' })}>{one.label || one.short}</a>
                      <span class="quiet short"> {one.short}</span>
                    </th>
                    <td class="right number">{count(one.facts)}</td>
                    <td>
                      {one.from.join(', ') || 'any'} → {one.to.join(', ') || 'any'}
                    </td>
                    <td>{one.comment}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

/** Why a table is empty. */
const None = ({ filter, unused, what }: { filter: string; unused: string; what: string }) => (
  <p class="card empty">{filter.trim() ? `No ${what} fits “${filter.trim()}”${unused ? '' : ' among those that are used'}.` : `The graph uses no ${what} yet.`}</p>
);

/** As SPARQL writes it: the prefixed name where it is one. */
const inSparql = ({ short, iri }: { short: string; iri: string }) => (/^[\w-]+:[\w-]+$/.test(short) ? short : `<${iri}>`);
