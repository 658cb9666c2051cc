import type { Command, CommandContext, CommandResult } from '../command.js';
import { commonOptions, usage, type OptionTable } from '../options.js';

/** `config --schema` prints the JSON schema of `--config FILE`, made from the options of all commands. */
export function configCommand(tables: () => readonly OptionTable[]): Command {
  return {
    name: 'config',
    usage: '--schema',
    help: 'print the JSON schema of the file of --config',
    options: { schema: { type: 'boolean', help: 'print the schema' } },
    run(context: CommandContext): Promise<CommandResult> {
      if (!context.options.flag('schema')) return Promise.reject(usage('Use: gift-cloud config --schema'));
      const schema = configSchema([commonOptions, ...tables()]);
      context.output.event('schema', { schema });
      if (!context.output.json) context.output.line(JSON.stringify(schema, null, 2));
      return Promise.resolve({ code: 0 });
    },
  };
}

function configSchema(tables: readonly OptionTable[]): unknown {
  const properties: Record<string, unknown> = { $schema: { type: 'string' } };
  for (const [name, spec] of tables.flatMap((table) => Object.entries(table))) {
    if (name === 'config' || name === 'help' || name === 'schema') continue;
    const single = { type: spec.type === 'boolean' ? 'boolean' : 'string', description: spec.help };
    properties[name] = spec.multiple
      ? { type: 'array', items: { type: 'string' }, description: spec.help }
      : single;
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Options of gift-cloud',
    type: 'object',
    properties,
    additionalProperties: false,
  };
}
