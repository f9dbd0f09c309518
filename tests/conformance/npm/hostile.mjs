// node hostile.mjs BEIAN [sanitized]: what an enemy, a broken proxy or a careless programmer sends
// to the SOAP door of the real sandbox authority. Everything gets the protocol's code, a SOAP fault
// or an HTTP refusal; the process stays up, answers others meanwhile, and its memory stays bounded.
import { connect } from 'node:net';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { all, check, covers, equal, fromGbk, gbk, json, login, md5, memory, open, parse, run, sample,
  seal, sealXml, start, temporaryFolder, text, until, zip } from './peer.mjs';
import { bomb, crcless, entry, megabyte, rawZip } from './rawzip.mjs';

const who = { provider_id: 30004, user_name: 'yangli-hostile', password: '样例口令-hostile',
  profile: 'miit-3.0', encryption: 1, key: '0123456789abcdef', iv: 'fedcba9876543210', province: 440000 };
const uploadPath = '/ISPWebService/upDownLoad';
const soapNs = 'http://schemas.xmlsoap.org/soap/envelope/';
// A full upload is 50 MB of XML; the door takes bodies of 128 MB. Three copies on their way through.
const mostMemory = 768;

const escape = (s) => String(s).replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const elements = (parameters) => Object.entries(parameters)
  .map(([name, value]) => `<${name}>${escape(value)}</${name}>`).join('');
const envelope = (body, { header = '', ns = soapNs } = {}) =>
  `<s:Envelope xmlns:s="${ns}">${header}<s:Body>${body}</s:Body></s:Envelope>`;
const message = (operation, parameters) =>
  envelope(`<x:${operation} xmlns:x="urn:yangli">${elements(parameters)}</x:${operation}>`);

class Door {
  constructor(origin, pid) {
    Object.assign(this, { origin, pid, host: new URL(origin).hostname, port: new URL(origin).port,
      sequence: 0 });
  }
  async post(body, headers = {}, path = uploadPath) {
    const answer = await fetch(this.origin + path, { method: 'POST', body,
      headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: '""', ...headers } });
    return { status: answer.status, body: await answer.text() };
  }
  /** Bytes on a socket of their own; what came back, as long as something comes. */
  async raw(pieces) {
    const socket = connect(this.port, this.host);
    let received = '';
    socket.on('data', (data) => { received += data.toString('latin1'); });
    socket.on('error', () => {});
    for (const piece of pieces) socket.write(piece);
    socket.end();
    await once(socket, 'close');
    return received;
  }
  codeOf(answer, what) {
    equal(answer.status, 200, `${what}: ${answer.body.slice(0, 300)}`);
    return Number(text(parse(text(parse(answer.body), 'return')), 'msg_code'));
  }
  async fault(what, body, { headers, path, says = '' } = {}) {
    const answer = await this.post(body, headers, path);
    equal(answer.status, 500, `${what}: ${answer.body.slice(0, 300)}`);
    const fault = all(parse(answer.body), 'soap:Fault')[0];
    check(fault, `${what} is a SOAP fault`);
    equal(text(fault, 'faultcode'), 'soap:Client', what);
    const reason = text(fault, 'faultstring');
    check(reason.length > 0 && reason.includes(says), `${what}: ${reason}`);
    await this.alive(what);
  }
  async code(what, wanted, operation, parameters, { path, headers } = {}) {
    const answer = await this.post(message(operation, { ...login(who), ...parameters }), headers, path);
    const code = this.codeOf(answer, what);
    check([wanted].flat().includes(code), `${what}: ${code} instead of ${wanted}: ${answer.body.slice(0, 600)}`);
    covers(`code:${code}`);
    await this.alive(what);
  }
  upload(what, wanted, sealed, more = {}) {
    return this.code(what, wanted, 'isp_upload', { ...sealed, dataSequence: this.sequence + 1, ...more });
  }
  async alive(what) {
    const answer = await fetch(`${this.origin}/readyz`);
    check(answer.ok, `ready after ${what}`);
    await answer.text();
  }
}

async function brokenMessages(door) {
  let asked = 0;
  const canary = createServer((_, response) => { ++asked; response.end('secret'); });
  await new Promise((go) => canary.listen(0, '127.0.0.1', go));
  const outside = `http://127.0.0.1:${canary.address().port}/x`;
  const call = message('isp_download', login(who));
  const bomb = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  const withDoctype = (subset) => `<?xml version="1.0"?><!DOCTYPE x [${subset}]>`
    + message('isp_download', { ...login(who), userName: '@' }).replace('@', '&e9;');
  await door.fault('an entity bomb', withDoctype(`<!ENTITY e0 "ha">${bomb}`));
  await door.fault('an external entity', withDoctype(`<!ENTITY e9 SYSTEM "file:///etc/hostname">`));
  await door.fault('an entity from the network', withDoctype(`<!ENTITY e9 SYSTEM "${outside}">`));
  await door.fault('an external DTD', `<!DOCTYPE x SYSTEM "${outside}">${call}`);
  await door.fault('a parameter entity', withDoctype(`<!ENTITY % p SYSTEM "${outside}"> %p;`));
  equal(asked, 0, 'nothing outside is asked');
  canary.close();

  await door.fault('nothing', '');
  await door.fault('no XML', '样例');
  await door.fault('JSON', '{"ispId":1}', { headers: { 'Content-Type': 'application/json' } });
  await door.fault('a message cut off', call.slice(0, -20));
  await door.fault('deep nesting', '<a>'.repeat(100_000) + '</a>'.repeat(100_000));
  await door.fault('very many elements', envelope(`<isp_download>${'<a/>'.repeat(400_000)}</isp_download>`));
  await door.fault('very many attributes', `<a ${Array.from({ length: 5000 }, (_, i) => `b${i}=""`).join(' ')}/>`);
  await door.fault('SOAP 1.2', envelope('<isp_download/>', { ns: 'http://www.w3.org/2003/05/soap-envelope' }));
  await door.fault('an empty body', envelope(''));
  await door.fault('a header that must be understood', envelope(
    '<isp_download/>', { header: `<s:Header><z s:mustUnderstand="1"/></s:Header>` }));
  await door.fault('no operation of ours', message('isp_delete', login(who)), { says: 'isp_delete' });
  await door.fault("another service's operation", message('isp_verifybamm', login(who)));
  await door.fault('a parameter twice', message('isp_download', login(who))
    .replace('<userName>', '<userName>x</userName><userName>'), { says: 'userName' });
  await door.fault('elements in a parameter', message('isp_download', login(who))
    .replace('<userName>', '<userName><b/>'), { says: 'userName' });
  await door.fault('U+0000', call.replace('<userName>', '<userName>&#0;'));
  const asGbk = (body) => Buffer.concat([gbk('<?xml version="1.0" encoding="GBK"?>'), body]);
  await door.fault('bytes that are no GBK', asGbk(Buffer.from(call.replace('yangli', '\xff\xff'), 'latin1')));
  await door.fault('UTF-8 that is none', Buffer.from(call.replace('yangli', '\xc3('), 'latin1'));

  // Unusual, but well-formed: read as what it is.
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(call, 'utf16le')]);
  for (const [what, body] of [['UTF-16', utf16], ['GBK', asGbk(gbk(call))]])
    equal(door.codeOf(await door.post(body, { 'Content-Type': 'text/xml' }), what), 2, what);
  equal(door.codeOf(await door.post(call, { 'Content-Type': 'text/plain' }), 'text/plain'), 2, 'text/plain');
}

async function brokenParameters(door) {
  const file = sealXml(sample('ICP-XZBA', { Qqdwid: who.provider_id }), who);
  for (const missing of ['ispId', 'userName', 'randVal', 'pwdHash', 'hashAlgorithm', 'beianInfo',
    'beianInfoHash', 'dataSequence', 'encryptAlgorithm', 'compressionFormat']) {
    const parameters = { ...login(who), ...file, dataSequence: 1 };
    delete parameters[missing];
    const answer = await door.post(message('isp_upload', parameters));
    equal(door.codeOf(answer, missing), 999, `without ${missing}`);
    check(answer.body.includes(missing), `${missing} is named`);
  }
  covers('code:999');
  for (const first of ['ispID', 'ISPID']) {
    const answer = await door.post(message('isp_download', login(who, first)));
    equal(door.codeOf(answer, first), 2, first);
  }
  await door.code('an unknown parameter', 2, 'isp_download', { fremd: 'x' });
  await door.code('a randVal of a megabyte', [5, 16], 'isp_download', { randVal: 'a'.repeat(megabyte) });
  await door.code('a randVal of 19', 16, 'isp_download', { randVal: 'a'.repeat(19) });
  await door.code('a hash of the password of a megabyte', 5, 'isp_download', { pwdHash: 'A'.repeat(megabyte) });
  await door.code("a user name with quotes", 4, 'isp_download', { userName: "x' OR '1'='1" });
  await door.code('no number for ispId', 12, 'isp_download', { ispId: '9'.repeat(40) });
  for (const sequence of ['', '-1', '0', '1.5', '4294967296', '9'.repeat(40), '<1>'])
    await door.upload(`dataSequence ${sequence}`, 999, file, { dataSequence: sequence });
  for (const [name, code] of [['encryptAlgorithm', 9], ['hashAlgorithm', 10], ['compressionFormat', 11]])
    for (const value of ['', 'x', '-1', '2', '9'.repeat(40)])
      await door.upload(`${name} ${value}`, code, file, { [name]: value });
  await door.code('an ack of nothing', 21, 'isp_downloadack', { fileName: ' ' });
  for (const name of ['../../../etc/passwd', "x'; DROP TABLE downloads; --", 'A'.repeat(megabyte)])
    await door.code('an ack of a strange name', 999, 'isp_downloadack', { fileName: name });
  const query = { path: '/BeianStatusWebService/queryBeianStatus' };
  for (const [type, condition] of [['99', 'yangli-example.cn'], ['x', 'yangli-example.cn'], ['0', 'abc'],
    ['0', 'A'.repeat(256)], ['0', "' OR 1=1 --"]])
    await door.code(`a query ${type} ${condition}`, 999, 'isp_querybeianstatus',
      { queryConditionType: type, queryCondition: condition }, query);
  const verify = { path: '/BeianStatusWebService/verifyBamm' };
  for (const baxh of ['', '样例', '粤ICP备2026000001号', 'A'.repeat(megabyte)])
    await door.code('a check of a strange number', 999, 'isp_verifybamm', { baxh, bamm: 'x' }, verify);
}

async function brokenFiles(door) {
  const xml = gbk(sample('ICP-XZBA', { Qqdwid: who.provider_id }));
  const good = zip({ 'beianinfo.xml': xml });
  const sealed = seal(good, who);
  const half = sealed.beianInfo.slice(0, sealed.beianInfo.length / 2 - 1);
  await door.upload('truncated base64', 6, { ...sealed, beianInfo: half });
  await door.upload('no base64', 6, { ...sealed, beianInfo: '样例!' });
  await door.upload('an empty file', [6, 7, 8], { ...sealed, beianInfo: '' });
  await door.upload('half a cipher block', 6, { ...sealed, beianInfo: Buffer.alloc(24, 1).toString('base64') });
  await door.upload('noise as a cipher', 6, { ...sealed, beianInfo: Buffer.alloc(4096, 7).toString('base64') });
  await door.upload('another key', 6, seal(good, { ...who, key: 'ffffffffffffffff' }));
  await door.upload('a wrong hash of the right length', 7, { ...sealed, beianInfoHash: md5('x') });
  await door.upload('a hash that is none', 7, { ...sealed, beianInfoHash: '=='.repeat(500_000) });
  await door.upload('a hash in hexadecimal', 7,
    { ...sealed, beianInfoHash: Buffer.from(sealed.beianInfoHash, 'base64').toString('hex') });
  const packed = (what, wanted, bytes) => door.upload(what, wanted, seal(bytes, who));
  await packed('no zip', 8, Buffer.from('样例'));
  await packed('a truncated zip', 8, good.subarray(0, good.length - 30));
  await packed('two entries', 17, zip({ 'beianinfo.xml': xml, 'b.xml': xml }));
  await packed('no entry', [8, 17], rawZip([]));
  for (const name of ['../../../tmp/beianinfo.xml', '/etc/beianinfo.xml', 'a\\..\\beianinfo.xml', 'folder/'])
    await packed(`an entry ${name}`, [8, 17], rawZip([entry(name, xml)]));
  await packed('a wrong CRC', 8, rawZip([entry('beianinfo.xml', xml, { crc: 1 })]));
  await packed('a size that is a lie', 8, rawZip([entry('beianinfo.xml', xml, { size: 10 })]));
  await packed('an unknown method', 8, rawZip([entry('beianinfo.xml', xml, { method: 99 })]));
}

async function bigThings(door, bounded) {
  const before = memory(door.pid);
  await door.upload('a zip bomb of 200 MB', 18, seal(bomb(200), who));
  await door.upload('a bomb that claims 1 MB', [8, 18], seal(bomb(200, megabyte), who));
  const noise = Buffer.alloc(60 * megabyte, 0xa5);
  await door.upload('60 MB of XML', 18, seal(crcless(noise), who));
  await Promise.all(Array.from({ length: 4 }, (_, i) =>
    door.post(message('isp_download', login(who)).replace('<userName>', `<userName>${'x'.repeat(20 * megabyte)}${i}`))
      .then((answer) => equal(door.codeOf(answer, 'big'), 4, 'a user name of 20 MB'))));
  const refused = await door.post(Buffer.alloc(130 * megabyte, 0x20)).catch((error) => {
    check(/EPIPE|ECONNRESET|other side closed|fetch failed/.test(`${error.cause ?? error}`), `${error.cause ?? error}`);
    return { status: 413 };
  });
  equal(refused.status, 413, 'a body over the limit');
  await door.alive('big things');
  const { now, peak } = memory(door.pid);
  console.log(`resident: ${before.now.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most, ${now.toFixed(0)} MB after`);
  if (bounded) check(peak < mostMemory, `${peak} MB were resident`);
}

async function brokenHttp(door) {
  const head = (more) => `POST ${uploadPath} HTTP/1.1\r\nHost: ${door.host}\r\n${more}\r\n`;
  const status = async (what, wanted, pieces) => {
    const answer = await door.raw(pieces);
    const got = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    check([wanted].flat().includes(got), `${what}: ${answer.slice(0, 200)}`);
    await door.alive(what);
  };
  await status('no HTTP', [0, 400], ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n']);
  await status('no Host', 400, [`POST ${uploadPath} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`]);
  await status('both lengths', 400, [head('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'), '0\r\n\r\n']);
  await status('a head of 100 kB', 431, [head(`X: ${'a'.repeat(100_000)}\r\n`)]);
  await status('a length that is none', 400, [head('Content-Length: viel\r\n')]);
  await status('a length of a terabyte', 413, [head('Content-Length: 1099511627776\r\n')]);
  await status('a chunk that is none', 400, [head('Transfer-Encoding: chunked\r\n'), 'zzz\r\n']);
  const call = Buffer.from(message('isp_download', login(who)));
  const pieces = [head('Transfer-Encoding: chunked\r\nConnection: close\r\n')];
  for (let at = 0; at < call.length; at += 7) {
    const piece = call.subarray(at, at + 7);
    pieces.push(`${piece.length.toString(16)}\r\n`, piece, '\r\n');
  }
  await status('chunks of seven bytes', 200, [...pieces, '0\r\n\r\n']);

  // A hundred slow senders: everybody else is served while they keep the door waiting.
  const slow = await Promise.all(Array.from({ length: 100 }, async () => {
    const socket = connect(door.port, door.host);
    await once(socket, 'connect');
    socket.received = '';
    socket.on('data', (data) => { socket.received += data; });
    socket.write(head(`Content-Length: ${call.length}\r\nConnection: close\r\n`));
    socket.write(call.subarray(0, 10));
    return socket;
  }));
  for (let i = 0; i < 20; ++i) await door.code('a call between slow ones', 2, 'isp_download', {});
  slow.slice(50).forEach((socket) => socket.destroy());
  await Promise.all(slow.slice(0, 50).map(async (socket) => {
    socket.write(call.subarray(10));
    await once(socket, 'close');
    check(socket.received.startsWith('HTTP/1.1 200'), 'a slow sender is answered in the end');
  }));
  await door.alive('slow senders');
}

/** What only the judge can see: the file is taken, and its results say what is wrong with it. */
async function brokenDocuments(door) {
  const xml = sample('ICP-XZBA', { Qqdwid: who.provider_id });
  const judged = async (what, code, bytes) => {
    await door.upload(what, 0, seal(zip({ 'beianinfo.xml': bytes }), who));
    ++door.sequence;
    const codes = await until(`results of ${what}`, async () => {
      const answer = parse(text(parse((await door.post(message('isp_download', login(who)))).body), 'return'));
      const name = text(answer, 'return_FileName');
      if (!name) return null;
      const file = Object.fromEntries(['hashAlgorithm', 'compressionFormat', 'encryptAlgorithm',
        'beianInfo', 'beianInfoHash'].map((member) => [member, text(answer, member)]));
      const results = open(file, who);
      await door.code('ack', 0, 'isp_downloadack', { fileName: name });
      return all(parse(results), 'Jgdm').map((e) => Number(e.textContent));
    });
    const wanted = codes.filter((c) => [code].flat().includes(c));
    check(wanted.length > 0, `${what}: ${codes} instead of ${code}`);
    wanted.forEach((c) => covers(`code:${c}`));
    await door.alive(what);
  };
  await judged('no XML', 5001, Buffer.from('kein XML'));
  await judged('an empty document', 5001, Buffer.alloc(0));
  await judged('bytes that are no GBK', 5001, Buffer.from(gbk(xml).toString('latin1').replace('\xd1\xf9', '\xff\xff'), 'latin1'));
  await judged('half of a GBK character', 5001, Buffer.from(gbk(xml).toString('latin1').replace('\xd1\xf9', '\xd1'), 'latin1'));
  await judged('a document cut off', 5001, gbk(xml.slice(0, -30)));
  await judged('an entity bomb', 5001, gbk(xml.replace('?>', `?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(1000)}">]>`)));
  await judged('an external entity', 5001, gbk(xml.replace('?>', '?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>').replace('样例投资人', '&a;')));
  await judged('deep nesting', 5001, gbk('<?xml version="1.0" encoding="GBK"?>' + '<a>'.repeat(50_000)));
  await judged('an unknown element', 5001, gbk(xml.replace('<Bbfs>', '<Fremd>1</Fremd><Bbfs>')));
  await judged('a repeated singleton', 5001, gbk(xml.replace('<Bbfs>', '<Dwmc>样例</Dwmc><Bbfs>')));
  await judged('a block twice', 5001, gbk(xml.replace('</ICP>', '</ICP><ICP><Qqdwid>1</Qqdwid></ICP>')));
  await judged('another root', 5001, gbk(xml.replaceAll('UploadData', 'Fremd')));
  const foreign = sample('ICP-XZBA', { Qqdwid: 1 });
  await judged('UTF-16', 5001, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(foreign, 'utf16le')]));
  await judged('another version', 5004, gbk(xml.replace('V.3.0', 'V.9.9')));
  await judged("another provider's file", 5003, gbk(foreign));
  // A right one after all of them.
  await judged('a right file', 1062, gbk(xml));
}

run('npm_hostile', async () => {
  const [, , beian, sanitized] = process.argv;
  const folder = temporaryFolder();
  const authority = await start(beian, ['authority', '--port', '0', '--data', `${folder}/data`], folder);
  await json(authority.origin, 'POST', '/manage/providers', who);
  const door = new Door(authority.origin, authority.pid);
  for (const part of [brokenMessages, brokenHttp, brokenParameters, brokenFiles, brokenDocuments,
    bigThings]) {
    const begun = Date.now();
    await part(door, sanitized !== 'sanitized');
    console.log(`${part.name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  }
  check(!authority.ended, 'the authority is still up');
});
