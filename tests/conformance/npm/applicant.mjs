// The people at our provider, through its public API: an applicant, a reviewer, an officer.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { check, source, start } from './peer.mjs';

export const scenario = () => JSON.parse(readFileSync(join(source, 'data/demo/first-website.json'), 'utf8'));

export class Person {
  constructor(origin, name) { Object.assign(this, { origin, name, headers: {} }); }
  async send(method, path, body, type = 'application/json') {
    const answer = await fetch(this.origin + path, { method,
      headers: { ...this.headers, ...(body ? { 'Content-Type': type } : {}) },
      body: body && type === 'application/json' ? JSON.stringify(body) : body });
    const cookie = answer.headers.get('set-cookie');
    if (cookie) this.headers.Cookie = cookie.split(';')[0];
    const characters = await answer.text();
    check(answer.ok, () => `${this.name}: ${method} ${path}: ${answer.status} ${characters}`);
    return characters ? JSON.parse(characters) : undefined;
  }
  get(path) { return this.send('GET', path); }
  post(path, body) { return this.send('POST', path, body ?? {}); }
  async signIn(password) {
    const session = await this.post('/api/v1/session', { name: this.name, password });
    this.headers['X-CSRF-Token'] = session.csrf;
    return this;
  }
}
export const password = `Sample-${randomBytes(8).toString('hex')}`;

/** An applicant registers himself; any other role is made with `beian admin create-account`. */
export async function applicant(origin, name) {
  const person = new Person(origin, name);
  await person.post('/api/v1/accounts', { name, password });
  return person.signIn(password);
}
function createAccount(beian, config, name, role) {
  const made = spawnSync(beian, ['admin', 'create-account', '--config', config, '--name', name,
    '--role', role], { input: `${password}\n`, encoding: 'utf8' });
  check(made.status === 0, () => `create-account: ${made.stderr}`);
}

// CRC-32 of a PNG chunk; Node's zlib has it since 22 only.
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});
const crc = (bytes) => ~bytes.reduce((c, b) => table[(c ^ b) & 255] ^ (c >>> 8), ~0) >>> 0;
function chunk(type, bytes) {
  const body = Buffer.concat([Buffer.from(type), bytes]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(bytes.length, 0);
  frame.writeUInt32BE(crc(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
/** A grey picture with bars, so that it is not empty. */
export function picture(width = 800, height = 560) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits, one grey channel
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) rows[y * (width + 1) + 1 + x] = ((x >> 4) ^ (y >> 4)) & 1 ? 235 : 40 + (x & 63);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** Draft, materials, submission, review: an order that is ready to be reported. */
export async function handIn(person, reviewer, wanted) {
  const order = await person.post('/api/v1/orders', { kind: 'first', document: wanted.document });
  const path = `/api/v1/orders/${order.id}`;
  const upload = (purpose, owner, name) => person.send('POST',
    `${path}/materials?${new URLSearchParams({ purpose, owner, name })}`, picture(), 'image/png');
  for (const material of wanted.materials)
    await upload(material.purpose, material.owner, material.file.replace(/\.\w+$/, '.png'));
  // What the province asks besides.
  const { problems } = await person.get(`${path}/findings`);
  for (const { field } of problems.filter((p) => p.code === 'material_missing')) {
    const [owner, purpose] = field.split('/materials/');
    await upload(purpose, owner, 'sample.png');
  }
  await person.post(`${path}/submit`, { version: (await person.get(path)).version });
  await reviewer.post(`${path}/review`, { verdict: 'pass', findings: [],
    version: (await reviewer.get(path)).version });
  return order.id;
}

const linkOf = (authority) => `[[authority]]
id = "${authority.style}"
provinces = [${authority.account.province}]
upload_wsdl = "${authority.wsdl('upload')}"
query_wsdl = "${authority.wsdl('query')}"
user_name = "${authority.account.user_name}"
password = "${authority.account.password}"
provider_id = ${authority.account.provider_id}
profile = "miit-3.0"
encryption = "${authority.keys ? 'aes' : 'none'}"
${authority.keys ? `key = "${authority.keys.key}"\niv = "${authority.keys.iv}"` : ''}
poll_seconds = 1
poll_soon_ms = 100
`;

/** Our provider, linked to these authorities, with a reviewer and an officer signed in. */
export async function startProvider(beian, folder, authorities) {
  const config = `${folder}/provider.toml`;
  writeFileSync(config, `[server]\nport = 0\n[data]\ndirectory = "${folder}/provider"\n`
    + authorities.map(linkOf).join(''));
  for (const role of ['reviewer', 'officer', 'admin']) createAccount(beian, config, `${role}-sample`, role);
  const process = await start(beian, ['serve', '--config', config], folder);
  const [reviewer, officer, admin] = await Promise.all(['reviewer', 'officer', 'admin'].map(
    (role) => new Person(process.origin, `${role}-sample`).signIn(password)));
  // No province's numbers are free of people: an administrator lets the sample numbers pass.
  await admin.send('PUT', '/api/v1/rules/overrides/sample-phones',
    { rule: 'phone-province', severity: 'warn', reason: '样例号码' });
  return { origin: process.origin, process, reviewer, officer };
}
