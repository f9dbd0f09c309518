// Both sides as real processes with data folders of their own: the sandbox authority and the
// provider, with one account of each role, and the server of an account that webhooks call.
import {spawn, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

export const PASSWORD = 'Sample-Password-2026';
export const ROLES = ['applicant', 'reviewer', 'officer', 'auditor', 'admin'];
const LINK = {provider_id: 1001, user_name: 'isp-sample', password: 'Sample-Password-1',
              profile: 'openbeian-3.1', key: '0123456789abcdef', iv: 'fedcba9876543210'};

// Applicants beside: one that signs out, one that filings and websites go to.
const MORE_APPLICANTS = ['leaver', 'partner'];

// Takes whatever it is told; its origin.
async function startReceiver() {
  const server = http.createServer((call, answer) => {
    call.resume();
    call.on('end', () => answer.writeHead(204).end());
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {server, origin: `http://127.0.0.1:${server.address().port}`};
}

// The process once it has printed its origin.
function start(beian, args, folder, name) {
  const log = fs.openSync(path.join(folder, `${name}.log`), 'w');
  const child = spawn(beian, args, {cwd: folder, stdio: ['ignore', 'pipe', log]});
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`${name} ended with ${code}: ` +
        fs.readFileSync(path.join(folder, `${name}.log`), 'utf8').slice(-2000))));
    readline.createInterface({input: child.stdout}).on('line', (line) => {
      const origin = line.match(/http:\/\/\S+/);
      if (origin) resolve({child, origin: origin[0]});
    });
  });
}

function makeDatabase(server, name) {
  const made = spawnSync('psql', [server, '-qc', `CREATE DATABASE ${name}`], {encoding: 'utf8'});
  if (made.status !== 0) throw new Error(`no database: ${made.stderr}`);
  const [base, query] = server.split('?');
  return base.replace(/\/[^/]*$/, `/${name}`) + (query ? `?${query}` : '');
}

// `postgres`: URL of a server where databases may be made; without it SQLite.
export async function startSides(beian, postgres) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'beian-api-'));
  const children = [];
  const receiver = await startReceiver();
  const stop = async () => {
    for (const child of children.reverse()) {
      child.removeAllListeners('exit');
      if (child.exitCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    receiver.server.closeAllConnections();
    receiver.server.close();
    fs.rmSync(folder, {recursive: true, force: true});
  };
  try {
    fs.writeFileSync(path.join(folder, 'provider.json'),
                     JSON.stringify({...LINK, encryption: 1, province: 440000}));
    const authority = await start(
        beian, ['authority', '--port', '0', '--data', 'authority', '--provider', 'provider.json'],
        folder, 'authority');
    children.push(authority.child);
    const database = postgres ? makeDatabase(postgres, `beian_api_${process.pid}`) : '';
    fs.writeFileSync(path.join(folder, 'beian.toml'), `
[server]
port = 0
[data]
directory = "provider"
[database]
url = "${database}"
[metrics]
public = true
[orders]
resource_required = false
[domains]
rdap_url = "${authority.origin}/rdap/"
resolve = false
[webhooks]
allow_loopback = true
[[authority]]
id = "gd"
provinces = [440000]
base_url = "${authority.origin}"
user_name = "${LINK.user_name}"
password = "${LINK.password}"
provider_id = ${LINK.provider_id}
profile = "${LINK.profile}"
encryption = "aes"
key = "${LINK.key}"
iv = "${LINK.iv}"
poll_seconds = 1
poll_soon_ms = 50
`);
    for (const [name, role] of [...ROLES.map((r) => [r, r]),
                                ...MORE_APPLICANTS.map((name) => [name, 'applicant'])]) {
      const made = spawnSync(beian, ['admin', 'create-account', '--config', 'beian.toml', '--name',
                                     `${name}-sample`, '--role', role],
                             {cwd: folder, input: `${PASSWORD}\n`, encoding: 'utf8'});
      if (made.status !== 0) throw new Error(`no account ${name}: ${made.stderr}`);
    }
    const provider = await start(beian, ['serve', '--config', 'beian.toml'], folder, 'provider');
    children.push(provider.child);
    return {folder, provider: provider.origin, authority: authority.origin,
            receiver: receiver.origin, provider_id: LINK.provider_id, stop};
  } catch (error) {
    await stop();
    throw error;
  }
}
