import type { Command } from './command.js';
import { commonOptions, type OptionTable } from './options.js';

/** Text of `gift-cloud help`. */
export function overviewHelp(commands: readonly Command[]): string {
  return [
    'gift-cloud: anonymise, upload, browse and download medical images of a GIFT-Cloud server.',
    'For research only, never for diagnosis or treatment.',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(11)} ${command.help}`),
    '',
    'gift-cloud COMMAND --help shows the options of a command.',
  ].join('\n');
}

/** Text of `gift-cloud COMMAND --help`. */
export function commandHelp(command: Command): string {
  return [
    `gift-cloud ${command.name} ${command.usage}`.trim(),
    command.help,
    '',
    ...optionLines(command.options),
    '',
    ...optionLines(commonOptions),
  ].join('\n');
}

function optionLines(table: OptionTable): readonly string[] {
  return Object.entries(table).map(([name, spec]) => {
    const left = `  --${name}${spec.value ? ` ${spec.value}` : ''}${spec.multiple ? ' ...' : ''}`;
    return `${left.padEnd(27)} ${spec.help}`;
  });
}
