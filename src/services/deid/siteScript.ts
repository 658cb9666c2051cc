import { GiftCloudError } from '../support/errors.js';

/**
 * Effects of the script that a fresh GIFT-Cloud server (DicomEdit 4) and a fresh XNAT (DicomEdit 6) come with: Study
 * Description becomes the project, Patient's Name the subject, Patient ID the session. The pipeline writes exactly that.
 */
const stockScripts: readonly (readonly string[])[] = [
  [
    'project = "Unassigned" : (0008,1030) := (0008,1030)',
    '(0008,1030) := project',
    '(0010,0010) := subject',
    '(0010,0020) := session',
  ],
  [
    'version "6.1"',
    'project != "Unassigned" ? (0008,1030) := project',
    '(0010,0010) := subject',
    '(0010,0020) := session',
  ],
];

/**
 * Lets a run go on only when every enabled script of the server is known to be what the program does natively.
 * @throws SCRIPT_NOT_SUPPORTED for any other script: sending without it would break a rule of the site.
 */
export function checkServerScripts(
  scripts: readonly { readonly origin: 'site' | 'project'; readonly text: string }[],
): void {
  for (const { origin, text } of scripts) {
    const statements = statementsOf(text);
    if (
      statements.length === 0 ||
      stockScripts.some((stock) => sameStatements(stock.map(folded), statements))
    )
      continue;
    throw new GiftCloudError(
      'SCRIPT_NOT_SUPPORTED',
      `The ${origin} has its own anonymisation script, which this version can't run.`,
      {
        hint: 'Nothing was sent. Ask the administrator of the server, or use a project without its own script.',
      },
    );
  }
}

/** Statements without blank lines, whole-line comments and differences in blanks outside strings. */
function statementsOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .map(folded);
}

function folded(line: string): string {
  return line.replace(/\s+/g, ' ');
}

function sameStatements(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((statement, index) => statement === b[index]);
}
