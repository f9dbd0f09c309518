// docs/api/openapi.json by others' eyes: a validator of OpenAPI 3.1, a second one with the linter's
// rules for what must be right, and openapi-typescript, whose types a strict compiler must take.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

import {Validator} from '@seriousme/openapi-schema-validator';
import openapiTS, {astToString} from 'openapi-typescript';
import ts from 'typescript';

import {TREE} from './description.mjs';

const file = path.join(TREE, process.argv[2] ?? 'docs/api/openapi.json');
const text = fs.readFileSync(file, 'utf8');
const faults = [];

const validated = await new Validator().validate(JSON.parse(text));
if (!validated.valid) faults.push(`not OpenAPI: ${JSON.stringify(validated.errors, null, 1)}`);

// Throws for what its own reader (@redocly/openapi-core) finds wrong.
const types = astToString(await openapiTS(new URL(`file://${file}`), {silent: true}));

// A client's few lines, so that the types are of use and not only without fault.
const client = `
import type {paths, components} from './types';
type Order = components['schemas']['Order'];
type Created = paths['/api/v1/orders']['post']['responses'][201]['content']['application/json'];
type Problem = components['schemas']['Problem'];
export const same = (created: Created): Order => created;
export const state = (order: Order): 'draft' | string => order.state;
export const codes = (problem: Problem): components['schemas']['ProblemCode'][] =>
  problem.errors.map((error) => error.code);
export const saved: paths['/api/v1/orders/{id}']['put']['requestBody']['content']['application/json'] =
  {document: {entity: {name: '样例', manager: {mobile: '13800000001'}}}, version: 1};
// @ts-expect-error no form has such a member
export const wrong: components['schemas']['DocumentDraft'] = {colour: 'red'};
// @ts-expect-error the complete form demands its members
export const empty: components['schemas']['WholeForm'] = {};
`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beian-types-'));
try {
  fs.writeFileSync(path.join(folder, 'types.ts'), types);
  fs.writeFileSync(path.join(folder, 'client.ts'), client);
  const program = ts.createProgram(
      [path.join(folder, 'client.ts')],
      {strict: true, noEmit: true, skipLibCheck: false, types: [], target: ts.ScriptTarget.ES2022,
       module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler});
  for (const one of ts.getPreEmitDiagnostics(program))
    faults.push(`types: ${ts.flattenDiagnosticMessageText(one.messageText, '\n')}`);
} finally {
  fs.rmSync(folder, {recursive: true, force: true});
}

for (const fault of faults) console.error(fault);
console.log(`${text.length} bytes, ${Object.keys(JSON.parse(text).paths).length} paths, ` +
            `${types.split('\n').length} lines of types`);
process.exit(faults.length ? 1 : 0);
