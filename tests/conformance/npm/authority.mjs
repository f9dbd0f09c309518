// An authority on the npm package `soap`, for our provider to report to. It checks what comes with
// Node's own code and believes nothing; what it finds wrong is in `faults`.
import { createServer } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import soap from 'soap';
import { faces, parametersOf } from './faces.mjs';
import { all, covers, gbk, md5, open, parse, rowOf, sealXml, serialise, text } from './peer.mjs';

const escape = (s) => String(s).replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const escaped = (members) => Object.entries(members)
  .map(([name, value]) => `<${name}>${escape(value)}</${name}>`).join('');

export class Authority {
  /** `account` as for POST /manage/providers of the sandbox; `style` of faces.mjs. */
  constructor(account, style) {
    Object.assign(this, { account, style, faults: [], uploads: [], waiting: [], acknowledged: [],
      calls: {}, onUpload: () => {} });
    this.keys = account.encryption ? account : null;
  }

  async listen(folder) {
    const documents = {};
    this.http = createServer((request, response) => {
      const document = documents[request.url];
      response.writeHead(document ? 200 : 404, { 'Content-Type': 'text/xml; charset=utf-8' });
      response.end(document ?? '');
    });
    await new Promise((go) => this.http.listen(0, '127.0.0.1', go));
    this.origin = `http://127.0.0.1:${this.http.address().port}`;
    this.faces = faces(this.style, this.origin);
    for (const [name, face] of Object.entries(this.faces)) {
      for (const [path, document] of Object.entries(face.documents)) {
        documents[path] = document;
        // The package reads imports from files.
        const file = join(folder, this.style, path.replace(/\?.*/, ''));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, document);
        if (path === face.root) face.file = file;
      }
      await this.serve(name, face);
    }
    this.standBefore();
    return this;
  }
  wsdl(service) { return this.origin + this.faces[service].root; }
  close() { return new Promise((go) => { this.http.close(go); this.http.closeAllConnections(); }); }

  async serve(name, face) {
    const methods = name === 'upload'
      ? { isp_upload: (a) => this.upload(a), isp_download: () => this.download(),
        isp_downloadack: (a) => this.acknowledge(a), isp_querypreviousupload: () => this.previous() }
      : { isp_querybeianstatus: (a) => this.status(a) };
    let raw = '';
    const port = Object.fromEntries(Object.entries(methods).map(([operation, method]) =>
      [operation, (given, _, __, request) => ({ return: this.answer(face, operation, method, given,
        raw, request) })]));
    await new Promise((go, fail) => {
      const server = soap.listen(this.http, { path: new URL(face.address).pathname,
        services: { [face.service]: { [face.port]: port } }, uri: face.file,
        xml: face.documents[face.root], callback: (error) => (error ? fail(error) : go()) });
      server.log = (type, data) => { if (type === 'received') raw = data; };
    });
  }

  /** For answers that no SOAP library gives: `intercept(request, response)` is true when it answered. */
  standBefore() {
    const behind = this.http.listeners('request');
    this.http.removeAllListeners('request');
    this.http.on('request', (request, response) => {
      if (!this.intercept?.(request, response)) behind.forEach((listener) => listener(request, response));
    });
  }

  expect(fine, what) { if (!fine) this.faults.push(what); return fine; }

  answer(face, operation, method, given, raw, request) {
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    covers(`operation:${operation}`);
    try {
      this.checkMessage(face, operation, raw, request);
      const { account } = this;
      const refused = (code) => `<msg_code>${code}</msg_code><msg>样例：拒绝</msg>`;
      const hash = md5(Buffer.concat([gbk(account.password), Buffer.from(given.randVal)]));
      let body;
      if (!this.expect(/^[A-Za-z0-9]{20}$/.test(given.randVal), `randVal ${given.randVal}`)) body = refused(16);
      else if (!this.expect(given.userName === account.user_name, 'userName')) body = refused(4);
      else if (!this.expect(given.pwdHash === hash, 'pwdHash')) body = refused(5);
      else if (!this.expect(given[face.first] === String(account.provider_id), face.first)) body = refused(12);
      else if (!this.expect(given.hashAlgorithm === '0', 'hashAlgorithm')) body = refused(10);
      else body = method(given);
      return `<?xml version="1.0" encoding="GBK"?><return version="V.3.0">${body}</return>`;
    } catch (error) {
      this.faults.push(`${operation}: ${error.stack}`);
      throw error;
    }
  }

  /** What the package does not look at: namespaces, order, the soapAction. */
  checkMessage(face, operation, raw, request) {
    const envelope = parse(raw).documentElement;
    const body = envelope.getElementsByTagNameNS('http://schemas.xmlsoap.org/soap/envelope/', 'Body')[0];
    const wrapper = Array.from(body.childNodes).find((n) => n.nodeType === 1);
    this.expect(wrapper.localName === operation, `wrapper ${wrapper.localName}`);
    this.expect(wrapper.namespaceURI === face.namespace, `namespace ${wrapper.namespaceURI}`);
    const parts = Array.from(wrapper.childNodes).filter((n) => n.nodeType === 1);
    this.expect(parts.map((p) => p.localName).join() === [face.first, ...parametersOf(operation)].join(),
      `parameters of ${operation}: ${parts.map((p) => p.localName)}`);
    for (const part of parts) {
      this.expect((part.namespaceURI || null) === (face.qualified ? face.namespace : null),
        `${part.localName} in namespace ${part.namespaceURI}`);
    }
    this.expect(request.headers.soapaction === `"${face.action(operation)}"`,
      `SOAPAction ${request.headers.soapaction}`);
  }

  upload(given) {
    const sequence = Number(given.dataSequence);
    if (!this.expect(sequence === this.uploads.length + 1, `sequence ${sequence}`))
      return '<msg_code>14</msg_code><msg>样例：缺号</msg>';
    const xml = open(given, this.keys);
    const document = parse(xml);
    this.expect(document.documentElement.getAttribute('version') === 'V.3.0', 'version');
    this.expect(text(document, 'Qqdwid') === String(this.account.provider_id), 'Qqdwid');
    const block = document.documentElement.firstChild;
    covers(rowOf(`${block.tagName}-${block.firstChild.tagName}`), 'code:0');
    this.uploads.push({ given, document });
    this.onUpload(document);
    return '<msg_code>0</msg_code><msg>操作成功</msg>';
  }
  /** Hands a document down, a file of its own; or a file that is sealed already. */
  push(xml, sealed) {
    this.waiting.push({ name: `JS${this.waiting.length + this.acknowledged.length}x`, xml, sealed });
  }
  download() {
    const [file] = this.waiting;
    if (!file) { covers('code:2'); return '<msg_code>2</msg_code><msg>目前服务器端没有可以下载的数据</msg>'; }
    const code = this.waiting.length > 1 ? 3 : 0;
    covers(`code:${code}`);
    const sealed = file.sealed ?? sealXml(file.xml, this.keys);
    return `<msg_code>${code}</msg_code><msg>操作成功</msg>${fileInfos(sealed, { return_FileName: file.name })}`;
  }
  acknowledge({ fileName }) {
    if (this.expect(fileName === this.waiting[0]?.name, `ack of ${fileName}`))
      this.acknowledged.push(this.waiting.shift());
    return '<msg_code>0</msg_code><msg>操作成功</msg>';
  }
  previous() {
    const last = this.uploads.at(-1)?.given;
    if (!last) return '<msg_code>0</msg_code><msg>操作成功</msg>';
    return `<msg_code>0</msg_code><msg>操作成功</msg>${fileInfos(last,
      { dataSequence: this.uploads.length, return_FileName: `U${this.uploads.length}` })}`;
  }
  status({ queryConditionType, queryCondition }) {
    return `<msg_code>0</msg_code><msg>操作成功</msg><StatusInfo>${escaped({
      Cxtjlx: queryConditionType, Cxtj: queryCondition, Bazt: 1 })}</StatusInfo>`;
  }
}

const fileInfos = (sealed, named) => `<fileInfos>${escaped({ hashAlgorithm: 0, compressionFormat: 0,
  encryptAlgorithm: sealed.encryptAlgorithm, ...named, beianInfo: sealed.beianInfo,
  beianInfoHash: sealed.beianInfoHash })}</fileInfos>`;

// ---- What an authority says of a first filing, made from the upload.
const wrap = (operation, body) => `<?xml version="1.0" encoding="GBK"?>\n<DownloadData version="V.3.0">`
  + `<ICP><${operation}>${body}</${operation}></ICP></DownloadData>`;
/** One record with these results: [[code, words], …]. */
export const results = (upload, outcomes) => wrap('BAJG', '<Jg_xx>'
  + outcomes.map(([code, words]) => `<Jgxx>${escaped({ Jgdm: code, Dmms: words })}</Jgxx>`).join('')
  + escaped({ Czlx: 1, Bs: text(upload, 'IspZtid') }) + '</Jg_xx>');

/** A result for each code: of IP sources (block IP) or of domain names (YM). */
export const filingResults = (block, codes) => '<?xml version="1.0" encoding="GBK"?>\n'
  + `<DownloadData version="V.3.0"><${block}><BAJG>` + codes.map(({ code }) => {
    const record = { IP: 'Lyjg', YM: 'Jg_xx' }[block];
    return `<${record}><Jgxx>${escaped({ Jgdm: code, Dmms: `样例${code}说明` })}</Jgxx>`
      + `${escaped({ Czlx: 1, IspId: code })}</${record}>`;
  }).join('') + `</BAJG></${block}></DownloadData>`;

export const decision = (upload, recordId) => wrap('BAJG', '<GJSHS><Gjsh>' + escaped({
  Shrxm: '样例审核员', Shr_dhhm: '020-80000000', Shsj: '2026-06-01 10:00:00', Shyj: '样例：同意',
  Shjg: 1, Czlx: 1, Jlid: recordId }) + '</Gjsh></GJSHS>');

/** BASJ: the uploaded record with the authority's ids and numbers, in the download's order. */
export function filed(upload, number) {
  const time = { Scbbsj: '2026-06-01 10:00:00', Zjxgsj: '2026-06-01 10:00:00' };
  const child = (node, name) => Array.from(node.childNodes).find((n) => n.tagName === name);
  const copy = (node, ...names) => names.map((name) => child(node, name)).filter(Boolean)
    .map((n) => serialise(n)).join('');
  const [record] = all(upload, 'Baxx');
  const entity = child(record, 'Zt_xx');
  const services = Array.from(record.childNodes).filter((n) => n.tagName === 'Wz_xx');
  const body = '<Baxx><Zt_xx>' + copy(entity, 'IspZtid') + escaped({ Ztid: 70001 })
    + copy(entity, 'Dwmc', 'Dwxz', 'Tzr', 'Txdz', 'Zj', 'Fzr') + escaped({ Baxh: number, Bbyhlx: 1,
      ...time, Shrxm: '样例审核员', Shsj: time.Scbbsj }) + '</Zt_xx>'
    + services.map((service, i) => '<Wz_xx>' + copy(service, 'IspWzid') + escaped({ Wzid: 80001 + i })
      + copy(service, 'Wzmc', 'Fwnr', 'Yylb')
      + all(service, 'Ym_xx').map((d, n) => '<Ym_xx>' + copy(d, 'IspYmid')
        + escaped({ Ymid: 90001 + n }) + copy(d, 'Ym') + '</Ym_xx>').join('')
      + all(service, 'Jr_xx').map((a, n) => '<Jr_xx>' + copy(a, 'IspJrid')
        + escaped({ Jrid: 60001 + n, Ispid: text(upload, 'Qqdwid') }) + copy(a, 'Wzfb', 'Wzjrfs')
        + all(a, 'Ip_xx').map((ip, k) => '<Ip_xx>' + copy(ip, 'IspIpid')
          + escaped({ Ipid: 50001 + k }) + copy(ip, 'Qsip', 'Zzip') + '</Ip_xx>').join('')
        + '</Jr_xx>').join('')
      + copy(service, 'Wz_Fzr', 'Syurl') + escaped({ ...time, Baxh: `${number}-${i + 1}` })
      + '</Wz_xx>').join('') + '</Baxx>';
  return wrap('BASJ', body);
}
