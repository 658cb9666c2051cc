import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { LookupTable } from '../../services/dicomedit/lookupTable.js';
import type { ScriptOutcome } from '../../services/dicomedit/runScripts.js';
import type { Script } from '../../services/dicomedit/syntax/ast.js';
import { formatDiagnostic, type Diagnostic } from '../../services/dicomedit/syntax/diagnostics.js';
import { GiftCloudError } from '../../services/support/errors.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { exitCode } from '../exitCodes.js';
import type { Output } from '../output.js';
import { usage } from '../options.js';
import { readScriptFiles, readTextFile } from '../scriptFiles.js';

export const scriptCommand: Command = {
  name: 'script',
  usage: 'FILE... --in IN.dcm --out OUT.dcm',
  help: 'run DicomEdit scripts on one file, for their authors; the result is not de-identified',
  options: {
    in: { type: 'string', value: 'FILE', help: 'DICOM file to read' },
    out: { type: 'string', value: 'FILE', help: 'DICOM file to write' },
    var: { type: 'string', multiple: true, value: 'NAME=VALUE', help: 'a variable, such as subject=S1' },
    lookup: { type: 'string', value: 'FILE', help: 'lookup table, lines such as ids/123 = S1' },
    'allow-reject': { type: 'boolean', help: 'reject[] does nothing, and the rest of the script runs' },
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const { options, output } = context;
    if (options.positionals.length === 0) throw usage('A script is needed.');
    const [inFile, outFile] = [options.required('in'), options.required('out')];
    if (await isSameFile(inFile, outFile)) throw usage('--out must be another file than --in.');
    const variables = variablesOf(options.list('var'));
    const prepared = await prepare(context);
    if ('error' in prepared) return { code: exitCode.scriptError, error: prepared.error };

    const { scriptFile } = await import('../../services/dicomedit/scriptFile.js');
    const ignoreRejection = options.flag('allow-reject');
    const outcome = scriptFile({ ...prepared, inFile, outFile, variables, ignoreRejection });
    return resultOf(outcome, output);
  },
};

interface Prepared {
  readonly scripts: readonly Script[];
  readonly lookup: LookupTable;
}

/** Reads every script and the lookup table before any of them runs; what is wrong with all of them is told at once. */
async function prepare({
  options,
  output,
}: CommandContext): Promise<Prepared | { readonly error: GiftCloudError }> {
  const { lintScript } = await import('../../services/dicomedit/lintScript.js');
  const { parseLookupTable } = await import('../../services/dicomedit/lookupTable.js');
  const { parseScript } = await import('../../services/dicomedit/parseScript.js');
  const texts = await readScriptFiles(options.positionals);
  const found = texts.flatMap((text, index) => lintScript(text).map((diagnostic) => ({ diagnostic, index })));
  const lookupFile = options.text('lookup');
  const table = parseLookupTable(
    lookupFile === undefined ? '' : await readTextFile(lookupFile, 'The lookup table'),
  );

  const errors: string[] = [];
  for (const { diagnostic, index } of found) {
    if (diagnostic.severity === 'error') errors.push(placed(index, diagnostic));
    else output.warning(placed(index, diagnostic));
  }
  errors.push(...table.diagnostics.map((diagnostic) => `lookup table, ${formatDiagnostic(diagnostic)}`));
  if (errors.length > 0) return { error: scriptError(errors.join('\n       ')) };
  const scripts = texts.flatMap((text) => parseScript(text).script ?? []);
  return { scripts, lookup: table.table };
}

function resultOf(outcome: ScriptOutcome, output: Output): CommandResult {
  switch (outcome.status) {
    case 'applied':
      for (const echo of outcome.echoes) output.line(echo);
      output.warning('The result is not de-identified: a script does what it says and nothing else.');
      return { code: exitCode.done };
    case 'rejected':
      return {
        code: exitCode.rejectedByScript,
        error: new GiftCloudError('SCRIPT_REJECTED', 'The script rejects the object.', {
          hint: 'Nothing was written.',
        }),
      };
    case 'held':
      return {
        code: exitCode.someFailed,
        error: new GiftCloudError('CONTENT_NOT_SUPPORTED', outcome.reason, { hint: 'Nothing was written.' }),
      };
    case 'error':
      return { code: exitCode.scriptError, error: scriptError(placed(outcome.script, outcome)) };
  }
}

/** Scripts are told by their place in the command: file names have no place in messages. */
function placed(index: number, diagnostic: Pick<Diagnostic, 'at' | 'message'>): string {
  return `script ${index + 1}, ${formatDiagnostic(diagnostic)}`;
}

function scriptError(message: string): GiftCloudError {
  return new GiftCloudError('SCRIPT_ERROR', message, { hint: 'Nothing was written.' });
}

function variablesOf(list: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list.map((text) => {
      const at = text.indexOf('=');
      if (at <= 0) throw usage('A variable of --var is written NAME=VALUE.');
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
  return (await real(a)) === (await real(b));
}
