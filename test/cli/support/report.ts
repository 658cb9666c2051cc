import { readFileSync } from 'node:fs';

/** The file of `--report`. */
export interface Report {
  readonly tool: string;
  readonly version: string;
  readonly profile?: string;
  readonly started: string;
  readonly finished: string;
  readonly totals: Readonly<Record<string, number>>;
  readonly files: readonly {
    readonly input: string;
    readonly output?: string;
    readonly status: string;
    readonly code?: string;
    readonly reason?: string;
  }[];
}

export function readReport(path: string): Report {
  return JSON.parse(readFileSync(path, 'utf8')) as Report;
}
