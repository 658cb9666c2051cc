import { randomInt, randomUUID } from 'node:crypto';
import type { SandboxContext } from '../context.js';
import { empty, refuse, text } from '../server/answers.js';
import type { Router } from '../server/router.js';

/** Sessions, who am I, alias tokens. */
export function addSessionRoutes(router: Router, context: SandboxContext): void {
  router.add('DELETE', 'JSESSION', (exchange) => {
    context.sessions.end(exchange.session.id);
    return empty();
  });
  for (const method of ['POST', 'GET']) {
    router.add(method, 'JSESSION', (exchange) => text(exchange.session.id));
  }
  router.add('GET', 'auth', (exchange) => text(`User '${exchange.user.login}' is logged in.`));
  router.add('GET', 'user/:user/sessions', (exchange) => ({
    status: 200,
    body: JSON.stringify({ [exchange.user.login]: context.sessions.countOf(exchange.user.login) }),
    chunked: true,
  }));
  router.add('GET', 'services/tokens/issue', (exchange) => {
    const alias = randomUUID();
    const secret = String(randomInt(10 ** 12, 10 ** 13));
    context.store.tokens.put(alias, { alias, secret, login: exchange.user.login });
    return text(JSON.stringify({ alias, secret }));
  });
  // Answers OK although the token goes on working (GIFT-Cloud server, observed).
  router.add('GET', 'services/tokens/invalidate/*token', () => text('{"result": "OK"}'));
  router.add('GET', 'services/tokens/validate/*token', () => {
    throw refuse(401, 'You must specify both token and secret to validate a token.');
  });
  router.add('GET', 'services/tokens/:operation', (exchange) => {
    throw refuse(400, `Unknown operation: ${exchange.param('operation')}`);
  });
  router.add('GET', 'services/settings', (exchange) => {
    if (!exchange.user.admin) throw refuse(403, 'Only site admins can retrieve the system settings.');
    return { status: 200, type: 'application/json', body: '{"ResultSet":{"Result":{"siteId":"GiftCloud"}}}' };
  });
}
