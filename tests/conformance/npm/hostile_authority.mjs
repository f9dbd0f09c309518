// node hostile_authority.mjs BEIAN [sanitized]: an authority that answers our real provider with what
// an enemy or a broken machine would. Files that cannot be read are kept, told and acknowledged;
// answers that are none are asked for again; the order is completed in the end, the process stays
// up and its memory stays bounded.
import { Authority, filed } from './authority.mjs';
import { applicant, handIn, scenario, startProvider } from './applicant.mjs';
import { check, equal, gbk, md5, memory, run, seal, temporaryFolder, until, zip } from './peer.mjs';
import { bomb, crcless, entry, megabyte, rawZip } from './rawzip.mjs';

const account = { provider_id: 440001, user_name: 'yangli-hostile', password: '样例口令-hostile',
  encryption: 1, key: '0123456789abcdef', iv: 'fedcba9876543210', province: 440000 };
const mostMemory = 768;

/** Files that no provider can use, by what is wrong with them. */
function badFiles(xml) {
  const bytes = gbk(xml);
  const sealed = (content) => seal(zip({ 'beianinfo.xml': content }), account);
  const good = sealed(bytes);
  const doctype = (subset, inside) => gbk(xml.replace('?>', `?><!DOCTYPE x [${subset}]>`).replace('样例审核员', inside));
  return {
    'a wrong hash of the right length': { ...good, beianInfoHash: md5('x') },
    'truncated base64': { ...good, beianInfo: good.beianInfo.slice(0, good.beianInfo.length / 2 - 1) },
    'no base64': { ...good, beianInfo: '样例!' },
    'nothing': { ...good, beianInfo: '' },
    'another key': seal(zip({ 'beianinfo.xml': bytes }), { ...account, key: 'ffffffffffffffff' }),
    'no zip': seal(Buffer.from('样例'), account),
    'two entries': seal(zip({ 'beianinfo.xml': bytes, 'b.xml': bytes }), account),
    'no entry': seal(rawZip([]), account),
    'a path for a name': seal(rawZip([entry('../../../tmp/beianinfo.xml', bytes)]), account),
    'a wrong CRC': seal(rawZip([entry('beianinfo.xml', bytes, { crc: 1 })]), account),
    'a zip bomb': seal(bomb(200), account),
    '60 MB of XML': seal(crcless(Buffer.alloc(60 * megabyte, 0xa5)), account),
    'no XML': sealed(Buffer.from('kein XML')),
    'half a document': sealed(gbk(xml.slice(0, -30))),
    'bytes that are no GBK': sealed(Buffer.from(bytes.toString('latin1').replace('\xd1\xf9', '\xff\xff'), 'latin1')),
    'an entity bomb': sealed(doctype(`<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1000)}">`, '&b;')),
    'an external entity': sealed(doctype('<!ENTITY b SYSTEM "file:///etc/hostname">', '&b;')),
    'an unknown element': sealed(gbk(xml.replace('<Baxh>', '<Fremd>1</Fremd><Baxh>'))),
    'a repeated singleton': sealed(gbk(xml.replace('<Dwmc>', '<Dwmc>样例</Dwmc><Dwmc>'))),
    'another version': sealed(gbk(xml.replace('V.3.0', 'V.9.9'))),
    'another root': sealed(gbk(xml.replaceAll('DownloadData', 'Fremd'))),
    'deep nesting': sealed(gbk('<?xml version="1.0" encoding="GBK"?>' + '<a>'.repeat(50_000))),
  };
}

const soap = (inside) => '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
  + `<r><return>${inside.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</return></r></s:Body></s:Envelope>`;
/** Answers to isp_download that are none. */
const badAnswers = {
  'a page of a proxy': (r) => r.end('<html><body>502</body></html>'),
  'nothing': (r) => r.end(),
  'a redirection': (r) => { r.writeHead(302, { Location: 'http://127.0.0.1:9/' }); r.end(); },
  'a connection that is cut': (r) => { r.writeHead(200, { 'Content-Length': 1000 }); r.write('<s:Env'); r.destroy(); },
  'an entity bomb': (r) => r.end(`<!DOCTYPE x [<!ENTITY a "${'ha'.repeat(1000)}">]>${soap('&a;')}`),
  'an external entity in the document': (r) => r.end(soap(
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><return><msg_code>&a;</msg_code></return>')),
  'no document in return': (r) => r.end(soap('样例')),
  'no msg_code': (r) => r.end(soap('<return version="V.3.0"><msg>样例</msg></return>')),
  'a msg_code that is none': (r) => r.end(soap('<return><msg_code>viel</msg_code></return>')),
  'a code beside half a file': (r) => r.end(soap('<return><msg_code>0</msg_code><fileInfos><beianInfo/></fileInfos></return>')),
  'a message of a megabyte': (r) => r.end(soap(`<return><msg_code>999</msg_code><msg>${'样'.repeat(megabyte / 3)}</msg></return>`)),
  'a body without end': (r) => {
    const piece = Buffer.alloc(megabyte, 0x20);
    const more = () => { while (!r.destroyed && r.write(piece)); };
    r.on('drain', more);
    r.on('error', () => {});
    more();
  },
};

run('npm_hostile_authority', async () => {
  const [, , beian, sanitized] = process.argv;
  const folder = temporaryFolder();
  const authority = await new Authority(account, 'plain').listen(folder);
  const provider = await startProvider(beian, folder, [authority]);
  const wanted = scenario();
  const person = await applicant(provider.origin, 'applicant-hostile');
  const id = await handIn(person, provider.reviewer, wanted);
  const state = (name) => until(`the order is ${name}`,
    async () => (await person.get(`/api/v1/orders/${id}`)).state === name);
  await state('at_authority');
  const xml = filed(authority.uploads[0].document, '粤ICP备2026000001号');

  // Files first: each is acknowledged in the end, nothing of it reaches the order.
  const files = badFiles(xml);
  for (const sealed of Object.values(files)) authority.push(null, sealed);
  await until(() => `acknowledged: ${Object.keys(files)[authority.acknowledged.length]}`,
    () => authority.waiting.length === 0, 120);
  equal((await person.get(`/api/v1/orders/${id}`)).state, 'at_authority', 'the order after bad files');
  const names = Object.keys(files);
  await until('all is told to the officer', async () => {
    const { entries } = await provider.officer.get('/api/v1/authority/ledger?direction=down&limit=100');
    const told = entries.filter((e) => e.problem || e.flagged);
    return told.length === names.length;
  });

  // Then answers: after each the officer asks for another try instead of waiting out the pause.
  for (const [what, answer] of Object.entries(badAnswers)) {
    let given = false;
    authority.intercept = (request, response) => {
      if (given || request.method !== 'POST' || !request.url.endsWith('/upload')) return false;
      given = true;
      request.resume();
      request.on('end', () => answer(response));
      return true;
    };
    await until(`${what} is asked for`, async () => {
      if (!given) await provider.officer.post('/api/v1/authority/links/plain/retry');
      return given;
    });
    const before = authority.calls.isp_download;
    await until(`asked again after ${what}`, async () => {
      await provider.officer.post('/api/v1/authority/links/plain/retry');
      return authority.calls.isp_download > before;
    });
  }
  authority.push(xml);
  await state('completed');
  const { peak } = memory(provider.process.pid);
  console.log(`resident: ${peak.toFixed(0)} MB at most`);
  if (sanitized !== 'sanitized') check(peak < mostMemory, `${peak} MB were resident`);
  equal(authority.faults.join('\n'), '', 'what the authority found wrong');
  check(!provider.process.ended, 'the provider is still up');
  await authority.close();
});
