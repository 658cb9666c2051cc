import { attributeName } from '../dicom/names.js';
import { scriptStanding, type ScriptStanding } from '../deid/siteScript.js';
import { tableAction } from '../deid/table.js';
import type { ScriptSource } from '../deid/types.js';
import { functionTable, type FunctionFacts } from './functionTable.js';
import { lintScript } from './lintScript.js';
import { parseScript } from './parseScript.js';
import type { Diagnostic } from './syntax/diagnostics.js';

/** What an editor wants to know about a script; nothing is run. */
export interface ScriptHelp {
  /** Errors, with which the script would not run, and advice. */
  lint(text: string): readonly Diagnostic[];
  /** The functions of the version that the script is of; of version 6 while its version line is wrong. */
  functionsOf(text: string): ReadonlyMap<string, FunctionFacts>;
  /** `(0010,0010)` to its name and what the Basic Profile does to it; undefined for what is no tag, or not known. */
  describeTag(text: string): TagFacts | undefined;
  /** What a script of a server means for uploads. */
  standingOf(script: ScriptSource): ScriptStanding;
}

export interface TagFacts {
  readonly name: string;
  /** Action of PS3.15 Table E.1-1 at the top level; undefined when the table does not name it. */
  readonly action: string | undefined;
}

export const scriptHelp: ScriptHelp = {
  standingOf: scriptStanding,
  lint: lintScript,
  functionsOf: (text) => functionTable[parseScript(text).language ?? 6],
  describeTag: (text) => {
    const digits = /^\(([\da-f]{4})\s*,\s*([\da-f]{4})\)$/i.exec(text);
    if (!digits) return undefined;
    const tag = parseInt(`${digits[1] ?? ''}${digits[2] ?? ''}`, 16);
    const name = attributeName(tag);
    if (name === '') return undefined;
    return {
      name,
      action: tableAction(tag, { sopClassUid: '', parent: undefined }),
    };
  },
};
