import { l10n } from 'vscode';

export interface StatementHelp {
  /** How it is written. */
  readonly form: string;
  readonly text: string;
}

/** Words of the language that are no functions, and the variables that the server supplies. */
export function statementHelp(): ReadonlyMap<string, StatementHelp> {
  return new Map<string, StatementHelp>([
    [
      'version',
      {
        form: 'version "6.6"',
        text: l10n.t(
          'Chooses the language, 6.0 to 6.6; without this line at the very start of a line a script is of version 4.',
        ),
      },
    ],
    [
      'if',
      {
        form: 'if ( (0008,0060) = "MR" ) { … } elseif ( … ) { … } else { … }',
        text: l10n.t('Runs the statements of the first block whose condition holds. Version 6.'),
      },
    ],
    [
      'elseif',
      { form: 'elseif ( condition ) { … }', text: l10n.t('Another block of an if; written as one word.') },
    ],
    ['else', { form: 'else { … }', text: l10n.t('The block that runs when no condition holds.') }],
    [
      'describe',
      {
        form: 'describe name "text"',
        text: l10n.t('Describes a variable. With hidden, const or immutable its value must be supplied.'),
      },
    ],
    [
      'export',
      { form: 'export name "address"', text: l10n.t('Names where the values of a variable come from.') },
    ],
    [
      'echo',
      {
        form: 'echo value',
        text: l10n.t('Prints a value where the script runs: it may show something of the patient.'),
      },
    ],
    [
      'removeAllPrivateTags',
      {
        form: 'removeAllPrivateTags',
        text: l10n.t('Deletes all private elements, at every depth. Version 6.'),
      },
    ],
    ['project', { form: 'project', text: l10n.t('Supplied by the server: the ID of the project.') }],
    ['subject', { form: 'subject', text: l10n.t('Supplied by the server: the label of the subject.') }],
    ['session', { form: 'session', text: l10n.t('Supplied by the server: the label of the experiment.') }],
  ]);
}
