// The API's description as the play uses it: operations, schemas, and the examples of data/api.
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export const TREE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export function readTree(name) {
  return JSON.parse(fs.readFileSync(path.join(TREE, name), 'utf8'));
}

const escape = (part) => part.replaceAll('~', '~0').replaceAll('/', '~1');

export function at(json, pointer) {
  let found = json;
  for (const part of pointer.split('/').slice(1))
    found = found?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  return found;
}

export class Description {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv({strict: false, allErrors: true});
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'api');
  }

  operation(key) {
    const [verb, route] = key.split(' ');
    return this.document.paths[route]?.[verb.toLowerCase()];
  }

  // What is wrong with `value` by the schema at that pointer of the document; nothing: null.
  faults(pointer, value) {
    const check = this.ajv.getSchema(`api#${encodeURI(pointer)}`);
    if (!check) throw new Error(`no schema at ${pointer}`);
    if (check(value)) return null;
    return check.errors.map((e) => `${e.instancePath || '/'} ${e.message} ` +
        JSON.stringify(e.params)).slice(0, 8).join('\n    ');
  }

  errors(pointer, value) {
    const check = this.ajv.getSchema(`api#${encodeURI(pointer)}`);
    return check(value) ? [] : check.errors;
  }

  // Files that may be JSON too have no schema.
  isRawBody(key) {
    return !this.operation(key).requestBody.content['application/json'].schema;
  }

  bodyPointer(key) {
    const [verb, route] = key.split(' ');
    return `/paths/${escape(route)}/${verb.toLowerCase()}/requestBody/content/application~1json/schema`;
  }

  answerPointer(key, status, type) {
    const [verb, route] = key.split(' ');
    return `/paths/${escape(route)}/${verb.toLowerCase()}/responses/${status}/content/${escape(type)}/schema`;
  }

  parameterFaults(key, example) {
    const out = [];
    const said = this.operation(key).parameters ?? [];
    const given = {query: example.query ?? {}, path: example.path ?? {}};
    for (const place of ['query', 'path'])
      for (const name of Object.keys(given[place]))
        if (!said.some((p) => p.in === place && p.name === name))
          out.push(`${place} parameter ${name} is not described`);
    const [verb, route] = key.split(' ');
    for (const [i, parameter] of said.entries()) {
      if (!(parameter.in in given)) continue;
      let value = given[parameter.in][parameter.name];
      if (value === undefined) {
        if (parameter.required) out.push(`${parameter.in} parameter ${parameter.name} is missing`);
        continue;
      }
      if (parameter.schema.type === 'integer') value = Number(value);
      const faults =
          this.faults(`/paths/${escape(route)}/${verb.toLowerCase()}/parameters/${i}/schema`, value);
      if (faults) out.push(`${parameter.in} parameter ${parameter.name}: ${faults}`);
    }
    return out;
  }
}

// Every example of data/api by its name: {key, file, …}. Throws when two have the same name.
export function readExamples() {
  const out = new Map();
  const folder = path.join(TREE, 'data/api');
  for (const name of fs.readdirSync(folder).filter((n) => n.endsWith('.json')).sort()) {
    const file = readTree(`data/api/${name}`);
    for (const [key, descriptor] of Object.entries(file.routes ?? {}))
      for (const [example, said] of Object.entries(descriptor.examples ?? {})) {
        if (out.has(example))
          throw new Error(`data/api/${name}: an example "${example}" is there already`);
        out.set(example, {...said, key, descriptor_file: `data/api/${name}`});
      }
  }
  return out;
}

// "{{names}}" become what was kept, {"$file": "name#/pointer"} that part of a file of the tree.
export function filled(value, kept) {
  if (typeof value === 'string') {
    const whole = value.match(/^\{\{(\w+)\}\}$/);
    const get = (name) => {
      if (!kept.has(name)) throw new Error(`nothing was kept as "${name}"`);
      return kept.get(name);
    };
    if (whole) return get(whole[1]);
    return value.replace(/\{\{(\w+)\}\}/g, (_, name) => String(get(name)));
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, kept));
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.$file === 'string' && Object.keys(value).length === 1) {
    const [name, pointer] = value.$file.split('#');
    return filled(at(readTree(name), pointer), kept);
  }
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, filled(v, kept)]));
}
