// The order's document by its schema and by the server: many documents, each with one thing wrong.
// Both must say the same, for both come from the same table (src/orders/shape.cpp).
import {at, readTree} from './description.mjs';

const FORM = ['wrong_type', 'unknown_field', 'too_long', 'out_of_range', 'too_many'];

function* places(value, pointer = '') {
  yield pointer;
  if (value !== null && typeof value === 'object')
    for (const key of Object.keys(value)) yield* places(value[key], `${pointer}/${key}`);
}

function changed(document, pointer, change) {
  const copy = structuredClone(document);
  const cut = pointer.lastIndexOf('/');
  change(at(copy, pointer.slice(0, cut)), pointer.slice(cut + 1));
  return copy;
}

function* variants(document) {
  for (const pointer of places(document)) {
    if (pointer === '') continue;
    const value = at(document, pointer);
    const set = (other) => changed(document, pointer, (owner, key) => { owner[key] = other; });
    yield [`${pointer} another type`, set(typeof value === 'string' ? 7 : 'text')];
    if (typeof value === 'string') {
      yield [`${pointer} long`, set('样'.repeat(1025))];
      yield [`${pointer} as long as most`, set('样'.repeat(255))];
    }
    if (typeof value === 'number') {
      yield [`${pointer} negative`, set(-1)];
      yield [`${pointer} large`, set(1_000_000)];
      yield [`${pointer} broken`, set(1.5)];
    }
    if (Array.isArray(value)) yield [`${pointer} full`, set(Array(101).fill(value[0]))];
    else if (value !== null && typeof value === 'object')
      yield [`${pointer} unknown member`, set({...value, colour: 'red'})];
  }
  yield ['a member that no form has', {...document, colour: 'red'}];
}

// Members that the complete form demands, each left out once.
function* without(document) {
  for (const pointer of places(document)) {
    const cut = pointer.lastIndexOf('/');
    if (pointer === '' || Array.isArray(at(document, pointer.slice(0, cut)))) continue;
    yield [pointer, changed(document, pointer, (owner, key) => { delete owner[key]; })];
  }
}

async function makeOrder(play) {
  const made = await play.call('POST /api/v1/orders', {as: 'applicant', body: {kind: 'first'}});
  if (made.status !== 201) throw new Error(`no order to compare with: ${made.bytes}`);
  return made.json;
}

async function save(play, order, document) {
  const saved = await play.call('PUT /api/v1/orders/{id}', {
    as: 'applicant', path: {id: order.id}, body: {document, version: order.version}});
  if (saved.status === 200) order.version = saved.json.version;
  const wrong = play.check('PUT /api/v1/orders/{id}', saved);
  if (wrong) throw new Error(wrong);
  return saved;
}

export async function compareForms(play, description) {
  const {document} = readTree('data/demo/first-website.json');
  const order = await makeOrder(play);
  const faults = [];
  for (const [title, variant] of variants(document)) {
    const saved = await save(play, order, variant);
    const codes = saved.status === 200 ? []
        : saved.json.errors.map((e) => e.code).filter((code) => FORM.includes(code));
    const bySchema = description.errors('/components/schemas/WholeFormDraft', variant).length === 0;
    if (bySchema !== (codes.length === 0))
      faults.push(`the form: ${title}: the schema ${bySchema ? 'takes' : 'refuses'} it, ` +
                  `the server says ${codes.length ? codes : 'nothing'}`);
  }
  for (const [pointer, variant] of without(document)) {
    const missing = description.errors('/components/schemas/WholeForm', variant)
        .filter((e) => e.keyword === 'required')
        .map((e) => `${e.instancePath}/${e.params.missingProperty}`);
    if (missing.length === 0) continue;
    await save(play, order, variant);
    const found = await play.call('GET /api/v1/orders/{id}/findings',
                                  {as: 'applicant', path: {id: order.id}});
    const told = found.json.problems.filter((p) => p.code === 'required').map((p) => p.field);
    for (const one of missing)
      if (!told.includes(one))
        faults.push(`the form without ${pointer}: the schema demands ${one}, the server does not`);
  }
  await play.call('POST /api/v1/orders/{id}/abandon', {as: 'applicant', path: {id: order.id}});
  return faults;
}
