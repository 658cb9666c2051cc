import profileSchema from '../../../schemas/profile.schema.json';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { commonOptions, notInConfig, usage, type OptionSpec, type OptionTable } from '../options.js';

/**
 * `config --schema` prints the JSON schema of `--config FILE`, made from the options of all commands; with `--profile-schema`
 * that of the files of `--profile`.
 */
export function configCommand(tables: () => readonly OptionTable[]): Command {
  return {
    name: 'config',
    usage: '--schema | --profile-schema',
    help: 'print the JSON schema of the file of --config or --profile',
    options: {
      schema: { type: 'boolean', help: 'print the schema of --config' },
      'profile-schema': { type: 'boolean', help: 'print the schema of profile files' },
    },
    run(context: CommandContext): Promise<CommandResult> {
      const { options } = context;
      const ofProfile = options.flag('profile-schema');
      if (options.flag('schema') === ofProfile || options.positionals.length > 0)
        return Promise.reject(usage('The command needs --schema or --profile-schema and nothing else.'));
      const schema = ofProfile ? profileSchema : configSchema([commonOptions, ...tables()]);
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
