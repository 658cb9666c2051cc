import type { Command, CommandContext, CommandResult } from '../command.js';
import { commonOptions, notInConfig, usage, type OptionSpec, type OptionTable } from '../options.js';

/** `config --schema` prints the JSON schema of `--config FILE`, made from the options of all commands. */
export function configCommand(tables: () => readonly OptionTable[]): Command {
  return {
    name: 'config',
    usage: '--schema',
    help: 'print the JSON schema of the file of --config',
    options: { schema: { type: 'boolean', help: 'print the schema' } },
    run(context: CommandContext): Promise<CommandResult> {
      if (!context.options.flag('schema') || context.options.positionals.length > 0)
        return Promise.reject(usage('The command needs --schema and nothing else.'));
      const schema = configSchema([commonOptions, ...tables()]);
      context.output.event('schema', { schema });
      if (!context.output.json) context.output.line(JSON.stringify(schema, null, 2));
      return Promise.resolve({ code: 0 });
    },
  };
}

function configSchema(tables: readonly OptionTable[]): unknown {
  const properties: Record<string, unknown> = { $schema: { type: 'string' } };
  for (const [name, spec] of tables.flatMap((table) => Object.entries(table)))
    if (!notInConfig.has(name)) properties[name] = { ...schemaOf(spec), description: spec.help };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Options of gift-cloud',
    type: 'object',
    properties,
    additionalProperties: false,
  };
}

function schemaOf({ type, multiple, value }: OptionSpec): object {
  if (type === 'boolean') return { type };
  if (multiple) return { type: 'array', items: { type } };
  return value === 'N' ? { type: ['integer', 'string'] } : { type };
}
