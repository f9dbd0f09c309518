// Plays every example of data/api against the real binary, in the order of play.json, and holds
// every answer against the description: status, type, schema (no member that is not described) and
// the codes of problems. Then the order's document: what its schema says and what the server says.
//
// Steps of play.json: names of examples; {"compare_forms": true}; {"authority": …}, what the other
// side does (authority.mjs). Examples may name {{applicant_name}}, {{provider_id}}, and {{receiver}},
// the server that takes the calls of webhooks; "as": "partner" is a second applicant.
//
//   node tests/api/play.mjs BEIAN        (SQLite; PostgreSQL too where BEIAN_TEST_POSTGRES is set)
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';

import {act} from './authority.mjs';
import {Callers} from './caller.mjs';
import {at, Description, filled, readExamples, TREE} from './description.mjs';
import {compareForms} from './forms.mjs';
import {samplePicture} from './picture.mjs';
import {startSides} from './sides.mjs';

const PATIENCE = 60_000;  // ms until something that another process does must have happened
const PICTURE = samplePicture();

function urlOf(origin, example, key) {
  let route = key.split(' ')[1];
  for (const [name, value] of Object.entries(example.path ?? {}))
    route = route.replace(`{${name}}`, encodeURIComponent(String(value)));
  const query = new URLSearchParams(Object.entries(example.query ?? {}).map(
      ([name, value]) => [name, String(value)])).toString();
  return origin + route + (query ? `?${query}` : '');
}

function bodyOf(example) {
  if (example.file) return [PICTURE, 'image/png'];
  if (example.text !== undefined) return [example.text, 'text/csv'];
  if (example.raw_body !== undefined) return [example.raw_body, 'application/json'];
  if (example.body !== undefined) return [JSON.stringify(example.body), 'application/json'];
  return [undefined, undefined];
}

export class Play {
  constructor(sides, description) {
    this.sides = sides;
    this.description = description;
    this.callers = new Callers(sides.provider);
    this.kept = new Map([['applicant_name', 'applicant-sample'],
                         ['provider_id', sides.provider_id], ['receiver', sides.receiver]]);
    this.answered = new Set();  // "KEY STATUS"
    this.calls = 0;
  }

  async call(key, example) {
    const [body, type] = bodyOf(example);
    const headers = {...await this.callers.headers(example.as ?? 'nobody', this.kept),
                     ...(type ? {'Content-Type': type} : {}), 'Accept-Language': 'en',
                     ...example.headers};
    const response = await fetch(urlOf(this.sides.provider, example, key),
                                 {method: key.split(' ')[0], headers, body, redirect: 'manual'});
    ++this.calls;
    const bytes = Buffer.from(await response.arrayBuffer());
    const answerType = (response.headers.get('content-type') ?? '').split(';')[0];
    const json = answerType.endsWith('json') ? JSON.parse(bytes.toString('utf8')) : undefined;
    return {status: response.status, type: answerType, json, bytes, headers: response.headers};
  }

  // Whether the description knows such an answer.
  check(key, answer) {
    const said = this.description.operation(key).responses[answer.status];
    const shown = answer.bytes.toString('utf8').slice(0, 1500);
    if (!said) return `answers ${answer.status}, which is not described: ${shown}`;
    this.answered.add(`${key} ${answer.status}`);
    const content = said.content;
    if (!content) return answer.bytes.length ? `${answer.status} has a body: ${shown}` : null;
    if (!content[answer.type]) return `answers ${answer.type}, which is not described`;
    if (answer.json === undefined) return null;
    const faults =
        this.description.faults(this.description.answerPointer(key, answer.status, answer.type),
                                answer.json);
    if (faults) return `the answer is not as described:\n    ${faults}\n    in ${shown}`;
    return answer.type === 'application/problem+json' ? this.checkCodes(key, answer.json) : null;
  }

  checkCodes(key, problem) {
    const responses = this.description.operation(key).responses;
    const known = new Set(Object.values(responses).flatMap((r) => r['x-problems'] ?? []));
    const missing = problem.errors.map((e) => e.code).filter((code) => !known.has(code));
    return missing.length ? `answers the problems ${[...new Set(missing)]}, which are not in "problems"`
                          : null;
  }

  checkRequest(key, example) {
    if ((example.status ?? 200) >= 400) return null;
    const faults = this.description.parameterFaults(key, example);
    if (faults.length) return faults.join('; ');
    if (example.body === undefined || this.description.isRawBody(key)) return null;
    const wrong = this.description.faults(this.description.bodyPointer(key), example.body);
    return wrong ? `the body of the example is not as described:\n    ${wrong}` : null;
  }

  async play(name, raw) {
    const example = filled(raw, this.kept);
    const {key} = raw;
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const answer = await this.call(key, example);
      const wrong = this.check(key, answer) ?? this.checkRequest(key, example);
      if (wrong) throw new Error(wrong);
      if (answer.status !== (example.status ?? 200))
        throw new Error(`answers ${answer.status}, not ${example.status ?? 200}: ` +
                        answer.bytes.toString('utf8').slice(0, 1500));
      const there = Object.entries(example.until ?? {}).every(
          ([pointer, value]) => at(answer.json, pointer) === value);
      if (!there) {
        if (Date.now() > deadline)
          throw new Error(`never became ${JSON.stringify(example.until)}: ${answer.bytes}`);
        await pause(50);
        continue;
      }
      for (const [keep, pointer] of Object.entries(example.keep ?? {})) {
        const value = at(answer.json, pointer);
        if (value === undefined) throw new Error(`the answer has no ${pointer} to keep`);
        this.kept.set(keep, value);
      }
      return;
    }
  }

  // The description that is served is the one in docs/api, and its tag spares the second reading.
  async checkServed() {
    const key = 'GET /api/v1/openapi.json';
    const first = await this.call(key, {});
    if (JSON.stringify(first.json) !== JSON.stringify(this.description.document))
      throw new Error('/api/v1/openapi.json is not docs/api/openapi.json: ./dev golden');
    const tag = first.headers.get('etag');
    for (const given of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await this.call(key, {headers: {'If-None-Match': given}});
      const wrong = this.check(key, again);
      if (again.status !== 304 || wrong)
        throw new Error(`If-None-Match: ${given} answers ${again.status} ${wrong ?? ''}`);
    }
    const other = await this.call(key, {headers: {'If-None-Match': '"other"'}});
    if (other.status !== 200) throw new Error(`a foreign tag answers ${other.status}`);
  }
}

function checkScript(script, examples, description) {
  const faults = [];
  const played = new Set(script.filter((step) => typeof step === 'string'));
  for (const [name, {descriptor_file}] of examples)
    if (!played.has(name))
      faults.push(`${descriptor_file}: the example "${name}" is not played: add it to tests/api/play.json`);
  for (const name of played)
    if (!examples.has(name))
      faults.push(`tests/api/play.json: no file of data/api has an example "${name}"`);
  const shown = new Set([...examples.values()].map((example) => example.key));
  for (const [route, verbs] of Object.entries(description.document.paths))
    for (const verb of Object.keys(verbs)) {
      const key = `${verb.toUpperCase()} ${route}`;
      if (!shown.has(key))
        faults.push(`${key} has no example: add one in data/api/${verbs[verb].tags[0]}.json ` +
                    'and its name to tests/api/play.json (CONTRIBUTING.md, "Describing a route")');
    }
  return faults;
}

// Routes whose answer of success nobody has seen here.
function neverSeen(description, play) {
  const out = [];
  for (const [route, verbs] of Object.entries(description.document.paths))
    for (const [verb, operation] of Object.entries(verbs)) {
      const key = `${verb.toUpperCase()} ${route}`;
      const good = Object.keys(operation.responses).filter((status) => status < '400');
      if (!good.some((status) => play.answered.has(`${key} ${status}`))) out.push(key);
    }
  return out;
}

async function run(beian, postgres) {
  const document = JSON.parse(fs.readFileSync(path.join(TREE, 'docs/api/openapi.json'), 'utf8'));
  const description = new Description(document);
  const script = JSON.parse(fs.readFileSync(path.join(TREE, 'tests/api/play.json'), 'utf8'));
  const examples = readExamples();
  const faults = checkScript(script, examples, description);
  const began = Date.now();
  const sides = await startSides(beian, postgres);
  const play = new Play(sides, description);
  try {
    await play.checkServed();
    for (const step of script) {
      const example = typeof step === 'string' ? examples.get(step) : null;
      if (typeof step === 'string' && !example) continue;
      const title = example ? `${example.descriptor_file}: example "${step}" (${example.key})`
                            : `tests/api/play.json: ${JSON.stringify(step)}`;
      try {
        if (example) await play.play(step, example);
        else if (step.compare_forms) faults.push(...await compareForms(play, description));
        else await act(sides, filled(step, play.kept));
      } catch (error) {
        faults.push(`${title}: ${error.message}`);
        // What follows stands on the order's way; the rest would only tell the same again.
        if (!process.env.BEIAN_API_GO_ON && example && (example.keep || example.until)) break;
      }
    }
  } finally {
    if (faults.length && process.env.BEIAN_API_KEEP)
      fs.cpSync(sides.folder, process.env.BEIAN_API_KEEP, {recursive: true});
    await sides.stop();
  }
  const unseen = neverSeen(description, play);
  console.log(`${postgres ? 'PostgreSQL' : 'SQLite'}: ${examples.size} examples, ${play.calls} ` +
              `calls in ${((Date.now() - began) / 1000).toFixed(1)} s; answers of success not seen: ` +
              (unseen.length ? unseen.join(', ') : 'none'));
  for (const fault of faults) console.error(fault);
  return faults.length;
}

const beian = path.resolve(process.argv[2]);
let wrong = await run(beian, '');
if (process.env.BEIAN_TEST_POSTGRES) wrong += await run(beian, process.env.BEIAN_TEST_POSTGRES);
process.exit(wrong ? 1 : 0);
