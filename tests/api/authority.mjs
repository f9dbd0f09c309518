// What the other side does between the calls: persons verify by SMS or miss it, an officer of the
// authority decides, or anything else of the sandbox's management.
import {setTimeout as pause} from 'node:timers/promises';

import {readTree} from './description.mjs';

const PATIENCE = 60_000;  // ms
const WRONG_CODES = 5;  // end a verification (SandboxOptions)

async function manage(sides, method, path, body) {
  const answer = await fetch(sides.authority + path, {
    method, headers: {'Content-Type': 'application/json'},
    body: body === undefined ? undefined : JSON.stringify(body)});
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the authority answers ${answer.status} to ${path}: ${text}`);
  return text ? JSON.parse(text) : null;
}

async function until(what, ask) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await pause(50)) {
    const found = await ask();
    if (found) return found;
  }
  throw new Error(`never came: ${what}`);
}

function persons() {
  const {entity, services} = readTree('data/demo/first-website.json').document;
  return [entity, ...services].map((part) => part.manager);
}

// The newest code that came to the person, if any.
async function codeOf(sides, person) {
  const messages = await manage(sides, 'GET', `/manage/phones/${person.mobile}/messages`);
  return messages.find((m) => m.code)?.code;
}

// Whether the authority took it.
async function enter(sides, person, code) {
  const answer = await fetch(`${sides.authority}/manage/sms`, {
    method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({mobile: person.mobile, last_six: person.certificate_number.slice(-6), code})});
  return answer.ok;
}

// After a missed verification the newest code is the old one until the next message comes.
async function verifyPersons(sides) {
  for (const person of persons())
    await until(`SMS to ${person.mobile}`, async () => {
      const code = await codeOf(sides, person);
      return code && enter(sides, person, code);
    });
}

async function missVerification(sides) {
  const [person] = persons();
  await until(`SMS to ${person.mobile}`, () => codeOf(sides, person));
  for (let i = 0; i < WRONG_CODES; ++i) await enter(sides, person, 'wrong');
}

async function approve(sides) {
  const record = await until('a record to decide', async () =>
    (await manage(sides, 'GET', '/manage/records?state=at_authority'))[0]);
  await manage(sides, 'POST', `/manage/records/${record.id}/decision`,
               {approve: true, opinion: '样例：同意'});
}

// {"authority": "verify_persons"}, {"authority": "miss_verification"}, {"authority": "approve"}, or
// {"authority": "POST /manage/…", "body": {…}}.
export async function act(sides, step) {
  if (step.authority === 'verify_persons') return verifyPersons(sides);
  if (step.authority === 'miss_verification') return missVerification(sides);
  if (step.authority === 'approve') return approve(sides);
  const [method, path] = step.authority.split(' ');
  await manage(sides, method, path, step.body);
}
