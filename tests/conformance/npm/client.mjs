// node client.mjs BEIAN: the npm package `soap`, which knows nothing of this project, is a provider
// at the real sandbox authority. All six operations, both spellings of the first parameter, a file
// of every upload kind, every file that comes back opened and acknowledged.
import { createHash } from 'node:crypto';
import soap from 'soap';
import { all, check, covers, downloadKinds, equal, json, leaves, login, model, open, parse, rowOf, run,
  sample, sealXml, start, temporaryFolder, text, until, uploadKinds } from './peer.mjs';

const account = { provider_id: 30002, user_name: 'yangli-npm', password: '样例口令-npm',
  profile: 'miit-3.0', encryption: 1, key: '0123456789abcdef', iv: 'fedcba9876543210',
  province: 440000 };
const plain = { ...account, provider_id: 30003, user_name: 'yangli-npm-plain', encryption: 0 };
const keysOf = (who) => (who.encryption ? who : null);
const mobile = '13800000301';

class Provider {
  constructor(origin, who) { Object.assign(this, { origin, who, sequence: 0, documents: [] }); }

  async connect() {
    const at = (path) => soap.createClientAsync(`${this.origin}${path}?wsdl`);
    this.up = await at('/ISPWebService/upDownLoad');
    this.status = await at('/BeianStatusWebService/queryBeianStatus');
    this.verify = await at('/BeianStatusWebService/verifyBamm');
    return this;
  }
  /** The `return` document of a call; `first` overrides how the WSDL spells ispId. */
  async call(client, operation, parameters = {}, first = undefined, change = {}) {
    const described = Object.values(Object.values(client.describe())[0])[0][operation].input;
    first ??= Object.keys(described)[0];
    check(['ispId', 'ispID'].includes(first), `first parameter ${first}`);
    const [answer] = await client[`${operation}Async`](
      { ...login(this.who, first), ...parameters, ...change });
    const document = parse(answer.return);
    equal(document.documentElement.getAttribute('version'), 'V.3.0', 'version of return');
    const code = Number(text(document, 'msg_code'));
    covers(`operation:${operation}`);
    return { code, document };
  }
  async upload(xml) {
    const file = sealXml(xml, keysOf(this.who));
    const answer = await this.call(this.up, 'isp_upload', { ...file, dataSequence: this.sequence + 1 });
    equal(answer.code, 0, `upload ${this.sequence + 1}: ${text(answer.document, 'msg')}`);
    ++this.sequence;
    return file;
  }
  /** The next file, opened, checked and acknowledged; null when there is none. */
  async fetch() {
    const { code, document } = await this.call(this.up, 'isp_download');
    if (!all(document, 'fileInfos').length) {
      check([1, 2].includes(code), `code ${code} without a file`);
      return null;
    }
    check([0, 3].includes(code), `code ${code} beside a file`);
    covers(`code:${code}`);
    const [info] = all(document, 'fileInfos');
    const member = (name) => text(info, name);
    const xml = open({ hashAlgorithm: member('hashAlgorithm'), beianInfo: member('beianInfo'),
      compressionFormat: member('compressionFormat'), beianInfoHash: member('beianInfoHash'),
      encryptAlgorithm: member('encryptAlgorithm') }, keysOf(this.who));
    const name = member('return_FileName');
    check(/^[A-Za-z0-9]{1,128}$/.test(name), `file name ${name}`);
    equal((await this.call(this.up, 'isp_downloadack', { fileName: name })).code, 0, 'ack');
    const read = parse(xml);
    this.documents.push(read);
    for (const block of Array.from(read.documentElement.childNodes)) {
      for (const operation of Array.from(block.childNodes)) {
        if (operation.childNodes?.length) covers(`download:${block.tagName}/${operation.tagName}`);
      }
    }
    return read;
  }
  /** Fetches until `wanted` finds something in a file; what came before is kept in documents. */
  find(what, wanted) {
    return until(() => `${what}\n${this.documents.map(String).join('\n')}`, async () => {
      const document = await this.fetch();
      return document && wanted(document);
    });
  }
}

const md5Hex = (characters) => createHash('md5').update(characters).digest('hex');
const codesOf = (document) => all(document, 'Jgdm').map((e) => Number(e.textContent));

async function callsAndCodes(p) {
  equal((await p.call(p.up, 'isp_download')).code, 2, 'nothing to download');
  covers('code:2');
  equal((await p.call(p.up, 'isp_querypreviousupload')).code, 0, 'nothing uploaded yet');
  const file = sealXml(sample('ICP-XZBA', { Qqdwid: p.who.provider_id }), keysOf(p.who));
  const refused = async (code, change) => {
    const parameters = { ...file, dataSequence: 1 };
    const answer = await p.call(p.up, 'isp_upload', parameters, undefined, change);
    equal(answer.code, code, JSON.stringify(change));
    covers(`code:${code}`);
    return answer.document;
  };
  await refused(4, { userName: 'niemand' });
  await refused(5, { pwdHash: 'AAAAAAAAAAAAAAAAAAAAAA==' });
  await refused(7, { beianInfoHash: 'AAAAAAAAAAAAAAAAAAAAAA==' });
  await refused(9, { encryptAlgorithm: 7 });
  await refused(10, { hashAlgorithm: 7 });
  await refused(11, { compressionFormat: 7 });
  await refused(16, { randVal: '1234567890123456789' });
  const gap = await refused(14, { dataSequence: 3 });
  equal(all(gap, 'dataSequence').map((e) => e.textContent).join(), '1,2', 'missing numbers');
  await refused(999, { dataSequence: 0 });
  equal((await p.call(p.up, 'isp_downloadack', { fileName: '' })).code, 21, 'ack of no name');
  covers('code:21');
  for (const first of ['ispId', 'ispID']) {
    for (const [client, operation, parameters] of [
      [p.up, 'isp_download', {}], [p.up, 'isp_querypreviousupload', {}],
      [p.status, 'isp_querybeianstatus',
        { queryConditionType: 0, queryCondition: 'yangli-peer-example.cn' }]]) {
      // The package writes what the WSDL does not know as it was given.
      const { code } = await p.call(client, operation, parameters, first);
      check([0, 2].includes(code), `${operation} with ${first}: ${code}`);
    }
  }
}

/** Codes that the authority's own state decides. */
async function codesOfItsState(p, beian, folder) {
  const expect = async (operation, code) => {
    equal((await p.call(p.up, operation)).code, code, operation);
    covers(`code:${code}`);
  };
  await json(p.origin, 'PUT', '/manage/settings', { maintenance: true });
  await expect('isp_querypreviousupload', 901);
  await expect('isp_download', 902);
  await json(p.origin, 'PUT', '/manage/settings', { maintenance: false });
  await json(p.origin, 'POST', '/manage/faults', { operation: 'isp_download', kind: 'code', code: 15, times: 1 });
  await expect('isp_download', 15);
  await json(p.origin, 'POST', '/manage/providers', { ...p.who, enabled: false });
  const file = sealXml(sample('YM-XZBA', { Qqdwid: p.who.provider_id }), keysOf(p.who));
  equal((await p.call(p.up, 'isp_upload', { ...file, dataSequence: 1 })).code, 19, 'closed account');
  covers('code:19');
  await json(p.origin, 'POST', '/manage/providers', p.who);
  const elsewhere = await start(beian, ['authority', '--port', '0', '--province', '430000', '--data',
    `${folder}/elsewhere`], folder);
  await json(elsewhere.origin, 'POST', '/manage/providers', p.who);
  const foreigner = await new Provider(elsewhere.origin, p.who).connect();
  equal((await foreigner.call(foreigner.up, 'isp_download')).code, 13, 'of another province');
  covers('code:13');
}

/** A first filing from the upload to the number; what the authority calls everything. */
async function firstFiling(p) {
  const file = await p.upload(sample('ICP-XZBA', { Qqdwid: p.who.provider_id }));
  const previous = (await p.call(p.up, 'isp_querypreviousupload')).document;
  equal(text(previous, 'dataSequence'), '1', 'previous sequence');
  equal(text(previous, 'beianInfo'), file.beianInfo, 'previous file');
  equal(text(previous, 'beianInfoHash'), file.beianInfoHash, 'previous hash');
  await p.find('the record is taken', (d) => codesOf(d).includes(1062));
  const [record] = await json(p.origin, 'GET', '/manage/records?state=at_authority');
  equal(record.name, '样例公司（互通）', 'name at the authority');
  await json(p.origin, 'POST', `/manage/records/${record.id}/decision`, { approve: true });
  const filed = await p.find('filed', (d) => all(d, 'BASJ')[0]);
  check(p.documents.some((d) => codesOf(d).includes(1001)), 'code 1001');
  covers('code:0', rowOf('ICP-XZBA'));
  equal(text(all(filed, 'Zt_xx')[0], 'Bz'), '生僻字 \u{20c21} <样例> & 备注', 'remark comes back whole');
  const entity = all(filed, 'Zt_xx')[0];
  const service = all(filed, 'Wz_xx')[0];
  equal(text(entity, 'IspZtid'), '301', 'our id');
  const ids = { entity: text(entity, 'Ztid'), number: text(entity, 'Baxh'),
    service: text(service, 'Wzid'), serviceNumber: text(service, 'Baxh'),
    domain: text(service, 'Ymid'), access: text(service, 'Jrid'), address: text(service, 'Ipid') };
  check(/^粤ICP备\d{10}号$/.test(ids.number), `number ${ids.number}`);
  equal(ids.serviceNumber, `${ids.number}-1`, 'service number');

  const status = async (type, condition) => (await p.call(p.status, 'isp_querybeianstatus',
    { queryConditionType: type, queryCondition: condition })).document;
  equal(text(await status(0, 'yangli-peer-example.cn'), 'Bazt'), '0', 'domain is filed');
  equal(text(await status(1, '91440300MA5EPEER3E'), 'Ztbah'), ids.number, 'by certificate');
  equal(text(await status(0, 'yangli-none-example.cn'), 'Bazt'), '1', 'domain is not filed');

  const messages = await json(p.origin, 'GET', `/manage/phones/${mobile}/messages`);
  ids.password = /备案密码 (\w{8})/.exec(messages[0].text)[1];
  const right = (bamm) => p.call(p.verify, 'isp_verifybamm', { baxh: ids.number, bamm });
  equal(text((await right(ids.password)).document, 'VerifyRes'), '0', 'right filing password');
  let answer;
  for (let tries = 0; tries < 10 && answer?.code !== 22; ++tries) {
    answer = await right('falsch');
    check(answer.code === 22 || text(answer.document, 'VerifyRes') === '1', 'wrong filing password');
  }
  equal(answer.code, 22, 'too many wrong passwords');
  covers('code:22');
  return ids;
}

const taken = [1001, 1060, 1062, 2998, 3998];

/** Every other kind, with what the authority has filed; each gets an answer of its own. */
async function everyKind(p, ids) {
  const mm = { ICPmm: md5Hex(ids.password) };
  const id = (wanted) => ({ Qqdwid: p.who.provider_id, ...wanted });
  const filings = {}; // the authority's ids of IP and domain filings, by the elements that name them
  const note = (d) => {
    for (const [result, names] of [['Lyjg', ['Xgly', 'Scly']], ['Fpjg', ['Xgfp', 'Scfp']],
      ['Gbjs', ['Xggbjs', 'Scgbjs']], ['Zdip', ['XgZd', 'Sczd']], ['Jg_xx', ['YM']]])
      for (const name of names) filings[name] ??= text(all(d, result)[0] ?? d, 'Id');
  };
  const changes = {
    'ICP-XZWZ': id({ Ztid: ids.entity, ...mm }),
    'ICP-XZJR': id({ Wzid: ids.service, Jlid: ids.service, ...mm }),
    'ICP-XZHYD': id({ Baxh: ids.serviceNumber }),
    'ICP-BGBA': id({ Ztid: ids.entity, Wzid: ids.service, Ymid: ids.domain, Ipid: ids.address,
      Jrid: ids.access, Jlid: ids.service, ...mm,
      Baxh: (_, e) => (e.parentNode.tagName === 'Zt_xx' ? ids.number : ids.serviceNumber) }),
    'ICP-HSJG': id({ Ztid: ids.entity, Wzid: ids.service, Ymid: ids.domain, Ipid: ids.address,
      Jrid: ids.access, Bbdw: p.who.provider_id }),
    'ICP-WBACLJG': id({ Jrs: p.who.provider_id }),
    'ICP-ZXBA': id({ Jlid: ids.access, ...mm }),
    'IP-XGBA': id({ Id: (_, e) => filings[e.parentNode.parentNode.tagName] }),
    'IP-SCBA': id({ Id: (_, e) => filings[e.parentNode.parentNode.tagName] }),
    'YM-XGBA': id({ Id: () => filings.YM }),
  };
  // An answer is taken where there is a question.
  const asked = {
    'ICP-HSJG': ['/manage/verification-tasks', { entity_numbers: [ids.number] }],
    'ICP-WBACLJG': ['/manage/unfiled-sites',
      { sites: [{ domain: 'yangli-unfiled-example.cn', address: '203.0.113.29' }] }],
  };
  for (const kind of uploadKinds.filter((k) => k !== 'ICP-XZBA')) {
    const before = p.documents.length;
    if (asked[kind]) {
      const [path, body] = asked[kind];
      await json(p.origin, 'POST', path, { provider_id: p.who.provider_id, ...body });
    }
    await p.upload(sample(kind, changes[kind] ?? id({})));
    const codes = await p.find(`${kind} is answered`, (d) => {
      // Codes, or persons asked to verify by SMS (0): then the record itself is in order.
      const found = [...codesOf(d), ...all(d, 'Ob_zt').map(() => 0)];
      note(d);
      return found.length > 0 && found;
    });
    if (process.env.BEIAN_SHOW) console.log(kind, codes.join(), p.documents.length - before);
    // A file that the authority refuses is not covered by being sent.
    if (codes.some((code) => taken.includes(code))) covers(rowOf(kind));
  }
}

/** The filed website ends, without a password, by the officer's word. */
async function cancelTheService(p, ids) {
  await p.upload(sample('ICP-ZXBA', { Qqdwid: p.who.provider_id, Zxlb: 1, Zxly: 1, Jlid: ids.service })
    .replace(/<ICPmm>[^<]*<\/ICPmm>/, ''));
  const record = await until('the cancellation is at the authority', async () =>
    (await json(p.origin, 'GET', '/manage/records?state=at_authority'))
      .find((r) => r.operation === 'cancel_service'));
  await json(p.origin, 'POST', `/manage/records/${record.id}/decision`, { approve: true });
  const gone = await p.find('cancelled', (d) => all(d, 'ZXSJ')[0]);
  equal(text(gone, 'Zxlb'), '1', 'a service is cancelled');
  equal(text(gone, 'Jlid'), ids.service, 'the service is cancelled');
  covers(rowOf('ICP-ZXBA'));
}

// What the management interface calls the kinds, and where each stands in a sample's model.
const handedOut = { 'ICP-BASJ': ['filed', 'icp', 'filed'], 'ICP-ZXSJ': ['cancelled', 'icp', 'cancelled'],
  'ICP-HMDLB': ['blacklist', 'icp', 'blacklist'], 'ICP-BAJG': ['results', 'icp', 'results'],
  'ICP-FFJRHMD': ['illegal_accesses', 'icp', 'illegal_accesses'],
  'ICP-WBAWZLB': ['unfiled_sites', 'icp', 'unfiled_sites'],
  'ICP-HSRW': ['verification_tasks', 'icp', 'verification_tasks'],
  'ICP-HCJG': ['check_results', 'icp', 'check_results'], 'ICP-XGTZ': ['rectifications', 'icp', 'notices'],
  'IP-BAJG': ['ip_results', 'ip', 'results'], 'IP-HCJG': ['ip_check_results', 'ip', 'check_results'],
  'YM-BAJG': ['domain_results', 'domain_names', 'results'], 'JCDM-Bbdwlb': ['base_codes', 'base_codes'],
  'JCDM-Jcdm_xx': ['base_codes', 'base_codes'], 'SJTB-ICP': ['synchronisation', 'synchronisation'],
  'SJTB-IP': ['synchronisation', 'synchronisation'], 'SJTB-YM': ['synchronisation', 'synchronisation'],
  'SJTB-JCDM': ['synchronisation', 'synchronisation'] };

/** Every kind that the authority hands down comes whole: what was put in is what was read. */
async function everyDownload(p) {
  for (const kind of downloadKinds) {
    const [name, ...way] = handedOut[kind];
    const body = way.reduce((part, member) => part[member], model(`down-${kind}`));
    await json(p.origin, 'POST', '/manage/notices', { provider_id: p.who.provider_id, kind: name, body });
    const [block, operation] = kind.split('-');
    const came = await p.find(`${kind} comes`, (d) => {
      const [outer] = all(d, block);
      return outer && Array.from(outer.childNodes).find((n) => n.tagName === operation);
    });
    const wanted = all(parse(sample(`down-${kind}`)), block)[0];
    const texts = (node) => leaves(node).filter((line) => !line.startsWith('Id=')).join('\n');
    equal(texts(came.parentNode), texts(wanted), `${kind} comes whole`);
  }
}

run('npm_client', async () => {
  const [, , beian] = process.argv;
  const folder = temporaryFolder();
  // The ministry's own system, which takes domain filings too.
  const { origin } = await start(beian,
    ['authority', '--port', '0', '--province', '0', '--data', `${folder}/data`], folder);
  for (const who of [account, plain]) await json(origin, 'POST', '/manage/providers', who);
  const encrypted = await new Provider(origin, account).connect();
  await callsAndCodes(encrypted);
  const ids = await firstFiling(encrypted);
  await everyKind(encrypted, ids);
  await cancelTheService(encrypted, ids);
  await everyDownload(encrypted);
  // Without a cipher, as some authorities have it.
  const open_ = await new Provider(origin, plain).connect();
  await callsAndCodes(open_);
  await codesOfItsState(open_, beian, folder);
  await open_.upload(sample('YM-XZBA', { Qqdwid: plain.provider_id }));
  await open_.find('an answer without a cipher', (d) => codesOf(d).length > 0);
});
