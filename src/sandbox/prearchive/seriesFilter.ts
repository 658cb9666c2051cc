import type { SandboxContext } from '../context.js';
import { configKey } from '../routes/configRoutes.js';

interface FilterContents {
  readonly enabled?: string;
  readonly mode?: string;
  readonly list?: string;
}

/** Whether the series import filters of site and project both let a series in; only imports ask this (observed). */
export function seriesAllowed(context: SandboxContext, project: string, description: string): boolean {
  return ['', project].every((scope) => {
    const config = context.store.configs.get(configKey(scope, 'seriesImportFilter', 'config'));
    if (config?.enabled !== true) return true;
    const filter = parse(config.contents);
    if (filter === undefined || filter.enabled === 'false') return true;
    const matches = (filter.list ?? '').split('\n').some((line) => lineMatches(line.trim(), description));
    return filter.mode === 'whitelist' ? matches : !matches;
  });
}

function parse(contents: string): FilterContents | undefined {
  try {
    return JSON.parse(contents) as FilterContents;
  } catch {
    return undefined;
  }
}

/** Java's inline flag `(?i)` is none of JavaScript's. */
function lineMatches(line: string, description: string): boolean {
  if (line === '') return false;
  const flags = line.includes('(?i)') ? 'i' : '';
  try {
    return new RegExp(`^(?:${line.replaceAll('(?i)', '')})$`, flags).test(description);
  } catch {
    return false;
  }
}
