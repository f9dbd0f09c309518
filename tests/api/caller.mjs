// Somebody who calls the API: a role with its session, a token, or nobody.
import {PASSWORD} from './sides.mjs';

export class Callers {
  constructor(origin) {
    this.origin = origin;
    this.sessions = new Map();
  }

  async signIn(name) {
    const answer = await fetch(`${this.origin}/api/v1/session`, {
      method: 'POST', headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({name: `${name}-sample`, password: PASSWORD})});
    if (answer.status !== 200) throw new Error(`${name} cannot sign in: ${await answer.text()}`);
    const cookie = answer.headers.get('set-cookie').split(';')[0];
    return {cookie, csrf: (await answer.json()).csrf};
  }

  // "applicant", "applicant without csrf", "token", "nobody"
  async headers(who, kept) {
    if (who === 'nobody') return {};
    if (who === 'token') return {Authorization: `Bearer ${kept.get('token')}`};
    const [name, ...rest] = who.split(' ');
    if (!this.sessions.has(name)) this.sessions.set(name, await this.signIn(name));
    const {cookie, csrf} = this.sessions.get(name);
    return rest.length > 0 ? {Cookie: cookie} : {Cookie: cookie, 'X-CSRF-Token': csrf};
  }
}
