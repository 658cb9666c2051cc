import type { IncomingMessage } from 'node:http';
import type { RequestRecord } from '../types.js';
import type { Answer } from './answers.js';
import type { FaultAction, FaultPlan, FaultRule } from './faults.js';

const ACTIONS: readonly FaultAction[] = [
  'status',
  'drop',
  'dropMidBody',
  'dropUpload',
  'delay',
  'hang',
  'ignoreWrite',
  'expireSession',
  'htmlInsteadOfJson',
  'diskFull',
];

/** `/__sandbox/faults` (GET, POST, DELETE) and `/__sandbox/requests` (GET, DELETE): for tests in other processes. */
export async function control(
  request: IncomingMessage,
  faults: FaultPlan,
  requests: RequestRecord[],
): Promise<Answer> {
  const path = (request.url ?? '').split('?')[0];
  if (path === '/__sandbox/faults') {
    if (request.method === 'POST') {
      const parsed = parseRules(await bodyText(request));
      if (typeof parsed === 'string') return { status: 400, type: 'text/plain', body: `${parsed}\n` };
      for (const rule of parsed) faults.add(rule);
    } else if (request.method === 'DELETE') faults.clear();
    return jsonAnswer(faults.list());
  }
  if (path === '/__sandbox/requests') {
    if (request.method === 'DELETE') requests.length = 0;
    return jsonAnswer(
      requests.map(({ method, path: requested, status }) => ({ method, path: requested, status })),
    );
  }
  return { status: 404, type: 'text/plain', body: 'no such control address\n' };
}

function parseRules(body: string): FaultRule[] | string {
  try {
    const parsed: unknown = JSON.parse(body);
    const rules = (Array.isArray(parsed) ? parsed : [parsed]) as FaultRule[];
    for (const rule of rules) {
      if (!ACTIONS.includes(rule.action)) return `action must be one of ${ACTIONS.join(', ')}`;
      if (rule.pathPattern !== undefined) new RegExp(rule.pathPattern);
    }
    return rules;
  } catch {
    return 'a fault rule or a list of them is expected as JSON, with a valid regular expression';
  }
}

function jsonAnswer(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

async function bodyText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
