// What the other side does between the calls: persons verify by SMS, an officer of the authority
// decides, or anything else of the sandbox's management.
import {setTimeout as pause} from 'node:timers/promises';

import {readTree} from './description.mjs';

const PATIENCE = 60_000;  // ms

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

async function verifyPersons(sides) {
  const {document} = readTree('data/demo/first-website.json');
  for (const person of [document.entity.manager, ...document.services.map((s) => s.manager)]) {
    const message = await until(`SMS to ${person.mobile}`, async () =>
      (await manage(sides, 'GET', `/manage/phones/${person.mobile}/messages`)).find((m) => m.code));
    await manage(sides, 'POST', '/manage/sms',
                 {mobile: person.mobile, last_six: person.certificate_number.slice(-6),
                  code: message.code});
  }
}

async function approve(sides) {
  const record = await until('a record to decide', async () =>
    (await manage(sides, 'GET', '/manage/records?state=at_authority'))[0]);
  await manage(sides, 'POST', `/manage/records/${record.id}/decision`,
               {approve: true, opinion: '样例：同意'});
}

// {"authority": "verify_persons"}, {"authority": "approve"}, or {"authority": "POST /manage/…",
// "body": {…}}.
export async function act(sides, step) {
  if (step.authority === 'verify_persons') return verifyPersons(sides);
  if (step.authority === 'approve') return approve(sides);
  const [method, path] = step.authority.split(' ');
  await manage(sides, method, path, step.body);
}
