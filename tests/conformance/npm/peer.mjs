// What the scripts here share: the data file, the login and the documents of the interface, built
// from Node's crypto and npm packages alone, and the processes under test.
import { spawn } from 'node:child_process';
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import AdmZip from 'adm-zip';
import iconv from 'iconv-lite';
import xmldom from '@xmldom/xmldom';

const here = dirname(fileURLToPath(import.meta.url));
export const source = join(here, '../../..');

let passed = 0;
const covered = new Set();
export function check(fine, what) {
  if (!fine) throw new Error(typeof what === 'function' ? what() : what);
  ++passed;
}
export const equal = (got, wanted, what) =>
  check(got === wanted, `${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
/** A row of docs/conformance.md that this script has just held; see tests/conformance/table.py. */
export const covers = (...rows) => rows.forEach((row) => covered.add(row));

// ---- The data file.
export const gbk = (text) => iconv.encode(text, 'gbk');
export const fromGbk = (bytes) => iconv.decode(bytes, 'gbk');
export const md5 = (bytes) => createHash('md5').update(bytes).digest('base64');

export function zip(entries) {
  const archive = new AdmZip();
  for (const [name, bytes] of Object.entries(entries)) archive.addFile(name, bytes);
  return archive.toBuffer();
}
function encrypt(bytes, keys) {
  const cipher = createCipheriv('aes-128-cbc', keys.key, keys.iv);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}
function decrypt(bytes, keys) {
  const cipher = createDecipheriv('aes-128-cbc', keys.key, keys.iv);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}
/** The parameters of an upload, or the members of fileInfos, for these zip bytes. */
export const seal = (bytes, keys) => ({
  beianInfo: (keys ? encrypt(bytes, keys) : bytes).toString('base64'),
  beianInfoHash: md5(bytes),
  encryptAlgorithm: keys ? 1 : 0,
  hashAlgorithm: 0,
  compressionFormat: 0,
});
export const sealXml = (xml, keys) => seal(zip({ 'beianinfo.xml': gbk(xml) }), keys);
/** The XML's characters; every step is checked. */
export function open(file, keys) {
  equal(Number(file.hashAlgorithm), 0, 'hashAlgorithm');
  equal(Number(file.compressionFormat), 0, 'compressionFormat');
  equal(Number(file.encryptAlgorithm), keys ? 1 : 0, 'encryptAlgorithm');
  check(/^[A-Za-z0-9+/]+={0,2}$/.test(file.beianInfo), 'beianInfo is base64');
  let bytes = Buffer.from(file.beianInfo, 'base64');
  if (keys) bytes = decrypt(bytes, keys);
  equal(md5(bytes), file.beianInfoHash, 'hash of the zip');
  const entries = new AdmZip(bytes).getEntries();
  equal(entries.length, 1, 'entries of the zip');
  const xml = fromGbk(entries[0].getData()); // checks the CRC
  check(xml.startsWith('<?xml version="1.0" encoding="GBK"?>'), `declaration of ${xml.slice(0, 60)}`);
  check(!xml.includes('\ufffd'), 'bytes that are no GBK');
  return xml;
}

// ---- Documents.
export function parse(characters) {
  const fail = (message) => { throw new Error(message); };
  return new xmldom.DOMParser({ errorHandler: { warning: fail, error: fail, fatalError: fail } })
    .parseFromString(characters, 'text/xml');
}
export const serialise = (document) => new xmldom.XMLSerializer().serializeToString(document)
  // What GBK has no place for travels as a reference.
  .replace(/[\u{10000}-\u{10ffff}]/gu, (c) => `&#x${c.codePointAt(0).toString(16)};`);
export const all = (node, name) => Array.from(node.getElementsByTagName(name));
export const text = (node, name) => all(node, name)[0]?.textContent;
/** A sample document with the text of some elements replaced: {tag: value or function of i}. */
export function sample(kind, changes = {}) {
  const document = parse(fromGbk(readFileSync(join(here, '../samples', `${kind}.xml`))));
  for (const [name, value] of Object.entries(changes)) {
    const found = all(document, name);
    check(found.length > 0, `${kind} has no ${name}`);
    found.forEach((element, i) => {
      element.textContent = String(typeof value === 'function' ? value(i, element) : value);
    });
  }
  return serialise(document);
}
export const model = (kind) => JSON.parse(readFileSync(join(here, '../samples', `${kind}.json`), 'utf8'));
/** Everything that a node says: [tag=text of each element without children]. */
export const leaves = (node) => {
  const inner = Array.from(node.childNodes).filter((n) => n.nodeType === 1);
  return inner.length ? inner.flatMap(leaves) : [`${node.tagName}=${node.textContent}`];
};
export const uploadKinds = ['ICP-XZBA', 'ICP-XZWZ', 'ICP-XZJR', 'ICP-BGBA', 'ICP-ZXBA', 'ICP-XZHYD',
  'ICP-HSJG', 'ICP-WBACLJG', 'IP-XZBA', 'IP-XGBA', 'IP-SCBA', 'YM-XZBA', 'YM-XGBA', 'YM-SCBA'];
export const downloadKinds = ['ICP-BASJ', 'ICP-HMDLB', 'ICP-FFJRHMD', 'ICP-WBAWZLB', 'ICP-BAJG',
  'ICP-HSRW', 'ICP-HCJG', 'ICP-XGTZ', 'IP-BAJG', 'IP-HCJG', 'YM-BAJG', 'JCDM-Bbdwlb', 'JCDM-Jcdm_xx',
  'SJTB-ICP', 'SJTB-IP', 'SJTB-YM', 'SJTB-JCDM', 'ICP-ZXSJ']; // what cancels comes last
export const rowOf = (kind) => (kind.startsWith('down-') ? `download:${kind.slice(5).replace('-', '/')}`
  : `upload:${kind.replace('-', '/')}`);

/** The parameters that every call begins with; `first` is how the service spells ispId. */
export function login(account, first = 'ispId', change = {}) {
  const randVal = randomBytes(10).toString('hex');
  return { [first]: account.provider_id, userName: account.user_name, randVal,
    pwdHash: md5(Buffer.concat([gbk(account.password), Buffer.from(randVal)])), hashAlgorithm: 0,
    ...change };
}

// ---- HTTP and processes.
export async function json(origin, method, path, body, headers = {}) {
  const answer = await fetch(origin + path, { method,
    headers: { ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: body ? JSON.stringify(body) : undefined });
  const characters = await answer.text();
  check(answer.ok, `${method} ${path}: ${answer.status} ${characters}`);
  return characters ? JSON.parse(characters) : undefined;
}
/** Asks again until the answer is true; a wait for another process, never for time to pass. */
export async function until(what, ask, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const found = await ask();
    if (found) return found;
    await new Promise((go) => setTimeout(go, 20));
  }
  throw new Error(`never: ${typeof what === 'function' ? what() : what}`);
}
const folders = [];
export function temporaryFolder() {
  const made = mkdtempSync(join(tmpdir(), 'beian-npm.'));
  folders.push(made);
  return made;
}
const children = [];
/** Starts a command of the binary; resolves when it answers /readyz at the address it prints. */
export async function start(command, args, folder) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  const process = { pid: child.pid, output: '', log: '', ended: false };
  child.stdout.on('data', (data) => { process.output += data; });
  child.stderr.on('data', (data) => { process.log = (process.log + data).slice(-20000); });
  process.end = new Promise((go) => child.on('exit', (code) => { process.ended = true; go(code); }));
  process.stop = () => { child.kill('SIGTERM'); return process.end; };
  children.push(process);
  process.origin = await until(() => `${args[0]} says its address\n${process.log}`, () => {
    check(!process.ended, `${args[0]} ended\n${process.log}`);
    return /http:\/\/[0-9.:]+/.exec(process.output)?.[0];
  });
  await until(`${args[0]} is ready`,
    async () => (await fetch(`${process.origin}/readyz`).catch(() => null))?.ok);
  return process;
}
/** Megabytes that a process has resident now, and at most so far. */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

/** Runs a script's main, holds it to the rows that its golden file claims, ends every process. */
export async function run(name, main) {
  let status = 0;
  try {
    await main();
    const golden = join(source, 'tests/golden/conformance', `${name}.json`);
    if (process.env.BEIAN_GOLDEN === 'write') {
      mkdirSync(dirname(golden), { recursive: true });
      writeFileSync(golden, JSON.stringify({ test: `tests/conformance/npm/${name.slice(4)}.mjs`,
        rows: [...covered].sort() }, null, 1) + '\n');
    }
    // More than the golden file says is fine, for it says what docs/conformance.md rests on.
    const claimed = existsSync(golden) ? JSON.parse(readFileSync(golden, 'utf8')).rows : [];
    equal(claimed.filter((row) => !covered.has(row)).join(), '', `${golden} claims what was not held`);
    console.log(`${passed} passed, 0 failed`);
  } catch (error) {
    console.error(error.stack);
    for (const child of children) console.error(child.log.slice(-3000));
    status = 1;
  }
  for (const child of children) if (!child.ended) await child.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  process.exit(status);
}
