import type { IncomingMessage } from 'node:http';
import type { RequestRecord } from '../types.js';
import type { Answer } from './answers.js';
import type { FaultAction, FaultPlan, FaultRule } from './faults.js';

const ACTIONS: Readonly<Record<FaultAction, true>> = {
  status: true,
  drop: true,
  dropAnswer: true,
  dropMidBody: true,
  dropUpload: true,
  delay: true,
  hang: true,
  stall: true,
  stallUpload: true,
  ignoreWrite: true,
  expireSession: true,
  htmlInsteadOfJson: true,
  diskFull: true,
};
const FIELDS: Readonly<Record<keyof FaultRule, 'string' | 'number'>> = {
  action: 'string',
  method: 'string',
  pathPattern: 'string',
  times: 'number',
  after: 'number',
  status: 'number',
  message: 'string',
  delayMs: 'number',
  afterBytes: 'number',
};

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

/** The rules, or what is wrong with them: a misspelt field would strike every request. */
function parseRules(body: string): FaultRule[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return 'a fault rule or a list of them is expected as JSON';
  }
  const rules: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  for (const rule of rules) {
    const problem = problemOf(rule);
    if (problem !== undefined) return problem;
  }
  return rules as FaultRule[];
}

function problemOf(rule: unknown): string | undefined {
  if (typeof rule !== 'object' || rule === null) return 'a fault rule is an object';
  for (const [field, value] of Object.entries(rule)) {
    const type = FIELDS[field as keyof FaultRule] as string | undefined;
    if (type === undefined) return `there is no field ${field}; known are ${Object.keys(FIELDS).join(', ')}`;
    if (typeof value !== type) return `${field} must be a ${type}`;
  }
  const { action, pathPattern = '' } = rule as Partial<FaultRule>;
  if (action === undefined || !(action in ACTIONS)) {
    return `action must be one of ${Object.keys(ACTIONS).join(', ')}`;
  }
  try {
    new RegExp(pathPattern);
  } catch {
    return 'pathPattern must be a regular expression';
  }
  return undefined;
}

function jsonAnswer(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

async function bodyText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
