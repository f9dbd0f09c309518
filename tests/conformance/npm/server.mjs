// node server.mjs BEIAN: our real provider reports to two authorities on the npm package `soap`,
// with names, namespaces, spellings and addresses of their own (faces.mjs). Each takes a first
// filing, checks the file with Node's own code and hands down results of its own making.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Authority, decision, filed, filingResults, results } from './authority.mjs';
import { applicant, handIn, scenario, startProvider } from './applicant.mjs';
import { all, check, covers, downloadKinds, equal, rowOf, run, sample, source, temporaryFolder,
  text, until } from './peer.mjs';

const accounts = {
  split: { provider_id: 440001, user_name: 'yangli-split', password: '样例口令-split', encryption: 1,
    key: '0123456789abcdef', iv: 'fedcba9876543210', province: 440000 },
  plain: { provider_id: 430001, user_name: 'yangli-plain', password: '样例口令-plain', encryption: 0,
    province: 430000 },
};

// A province may ask that nobody is in charge of two entities: other persons, all invented.
const cards = ['430102190001011018', '430102190001011026', '430102190001011034', '430102190001011042'];
function otherPersons({ entity, services }, first) {
  [entity.manager, services[0].manager].forEach((person, i) => Object.assign(person, {
    certificate_number: cards[first + i],
    mobile: `1380000030${first + i}`,
    emergency_mobile: `1380000040${first + i}`,
    office_phone: `0731-8000000${first + i}`,
    email: `yangli-${first + i}@yangli-example.cn`,
  }));
}

/** The demo's order, in the province of the authority. */
function orderFor(authority) {
  const wanted = scenario();
  const { entity, services } = wanted.document;
  if (authority.account.province !== 430000) return wanted;
  Object.assign(entity.location, { province: 430000, city: 430100, county: 430102 });
  entity.name = '样例科技（长沙）有限公司';
  entity.certificate.number = '91430102MA5EPEER3W';
  services[0].domains = ['yangli-hunan-example.cn'];
  services[0].home_url = 'www.yangli-hunan-example.cn';
  otherPersons(wanted.document, 0);
  return wanted;
}

function checkUpload(authority, wanted) {
  const [{ document }] = authority.uploads;
  const { entity, services } = wanted.document;
  equal(text(document, 'Dwmc'), entity.name, 'Dwmc');
  equal(text(document, 'Shengid'), String(authority.account.province), 'Shengid');
  equal(text(document, 'Zjhm'), entity.certificate.number, 'Zjhm');
  equal(text(document, 'Ym'), services[0].domains[0], 'Ym');
  equal(all(document, 'Fzr_xm').map((e) => e.textContent).join(),
    [entity.manager.name, services[0].manager.name].join(), 'names of the persons');
  const pictures = all(document, 'Fjnr').map((e) => Buffer.from(e.textContent, 'base64'));
  // From 11 on a material is the provider's own and is not reported.
  const reported = wanted.materials.filter((material) => material.purpose < 11);
  equal(pictures.length, reported.length, 'attachments');
  for (const bytes of pictures) {
    const head = bytes.subarray(0, 4).toString('latin1');
    check(head === '\x89PNG' || head.startsWith('\xff\xd8\xff'), 'an attachment is a picture');
  }
}

const codesOf = (...kinds) => JSON.parse(readFileSync(join(source, 'data/wire/result-codes.json'), 'utf8'))
  .codes.filter((c) => kinds.includes(c.kind));

/** All codes of the interface that refuse an ICP record, for one order: each becomes a finding. */
async function everyFault(authority, origin, reviewer) {
  const person = await applicant(origin, 'applicant-faults');
  const wanted = scenario();
  const { entity, services } = wanted.document;
  Object.assign(entity.location, { province: 430000, city: 430100, county: 430102 });
  entity.name = '样例故障公司';
  entity.certificate.number = '91430102MA5EFA171F';
  services[0].domains = ['yangli-faults-example.cn'];
  services[0].home_url = 'www.yangli-faults-example.cn';
  otherPersons(wanted.document, 2);
  const id = await handIn(person, reviewer, wanted);
  const order = () => person.get(`/api/v1/orders/${id}`);
  await until('the order is reported', async () => (await order()).state === 'at_authority');
  const faults = codesOf('icp', 'general').filter((c) => c.reaction !== 'success');
  check(faults.length > 60, `${faults.length} codes`);
  authority.push(results(authority.uploads.at(-1).document, faults.map((c) => [c.code, `样例${c.code}说明`])));
  await until('the order is refused', async () => (await order()).state === 'authority_rejected');
  const findings = JSON.stringify((await order()).findings);
  if (process.env.BEIAN_SHOW) console.log(findings);
  for (const { code } of faults) {
    check(findings.includes(`样例${code}说明`), `code ${code} is told: ${findings}`);
    covers(`code:${code}`);
  }
}

/** Hands a document down; what the provider's ledger says of it when it is done. */
async function handDown(authority, officer, what, xml) {
  const ledger = async () => (await officer.get(
    `/api/v1/authority/ledger?direction=down&link=${authority.style}&limit=100`)).entries;
  const before = (await ledger()).length;
  authority.push(xml);
  const entry = await until(`${what} is done with`, async () => {
    const entries = await ledger();
    return entries.length > before && authority.waiting.length === 0
      && (entries[0].state === 'applied' || entries[0].problem) && entries[0];
  });
  equal(entry.opened, true, `${what} is opened`);
  const { results: effects } = await officer.get(`/api/v1/authority/ledger/${entry.id}`);
  if (process.env.BEIAN_SHOW) console.log(what, entry.problem, JSON.stringify(effects));
  return { problem: entry.problem, effects };
}

/** Every kind that an authority hands down, and every code of IP and domain filings. */
async function everyDownload(authority, officer) {
  for (const kind of downloadKinds) {
    const { problem, effects } = await handDown(authority, officer, kind, sample(`down-${kind}`));
    const useful = effects.some((r) => !['unknown', 'faulty'].includes(r.effect));
    if (!problem && useful) covers(rowOf(`down-${kind}`));
  }
  for (const [block, kind] of [['IP', 'ip'], ['YM', 'domain']]) {
    const codes = codesOf(kind);
    const { effects } = await handDown(authority, officer, `codes of ${block}`, filingResults(block, codes));
    const told = JSON.stringify(effects);
    covers(...codes.filter((c) => told.includes(`样例${c.code}说明`)).map((c) => `code:${c.code}`));
  }
}

run('npm_server', async () => {
  const [, , beian] = process.argv;
  const folder = temporaryFolder();
  const authorities = [];
  for (const [style, account] of Object.entries(accounts))
    authorities.push(await new Authority(account, style).listen(folder));
  const { origin, reviewer, officer } = await startProvider(beian, folder, authorities);

  for (const authority of authorities) {
    const person = await applicant(origin, `applicant-${authority.style}`);
    const wanted = orderFor(authority);
    await person.post('/api/v1/orders/detect', { province: authority.account.province,
      nature: wanted.document.entity.nature, certificate: wanted.document.entity.certificate,
      domains: wanted.document.services[0].domains });
    check(authority.calls.isp_querybeianstatus > 0, 'the authority was asked for the status');
    const id = await handIn(person, reviewer, wanted);
    const state = (name) => until(() => `${authority.style}: ${name}\n${authority.faults.join('\n')}`,
      async () => (await person.get(`/api/v1/orders/${id}`)).state === name);
    await state('at_authority');
    checkUpload(authority, wanted);
    const [{ document }] = authority.uploads;
    const number = `${authority.style === 'split' ? '粤' : '湘'}ICP备2026000001号`;
    for (const xml of [results(document, [[1060, '样例：已入库'], [1062, '样例：待审核']]), results(document, [[1001, '审核通过']]),
      decision(document, 70001), filed(document, number)]) authority.push(xml);
    await state('completed');
    equal((await person.get(`/api/v1/orders/${id}`)).filing_number, number, 'filing number');
    const host = encodeURIComponent(`www.${wanted.document.services[0].domains[0]}`);
    equal((await person.get(`/api/v1/access?host=${host}`)).filing_number, `${number}-1`, 'access');
    await until('everything is acknowledged', () => authority.waiting.length === 0);
    covers('download:ICP/BAJG', 'download:ICP/BASJ', 'code:1001', 'code:1060', 'code:1062');
    equal(authority.uploads.length, 1, 'reported once');
    equal(authority.faults.join('\n'), '', `what ${authority.style} found wrong`);
  }
  await everyFault(authorities[1], origin, reviewer);
  await everyDownload(authorities[0], officer);
  equal(authorities[0].faults.join('\n'), '', 'what was found wrong');
  for (const authority of authorities) await authority.close();
});
