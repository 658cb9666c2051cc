import { isDeepStrictEqual } from 'node:util';
import type { FieldValue } from './contract.js';
import { parseField, shownValue, type FieldProblem, type FieldSchema } from './fieldRules.js';

export interface DraftField {
  readonly value: FieldValue;
  readonly problem: FieldProblem | undefined;
  readonly changed: boolean;
}

/** What was typed and not yet applied, beside the settings as they are. It lives in memory, so that a hidden page loses none. */
export class SettingsDraft {
  private readonly typed = new Map<string, FieldValue>();

  constructor(
    private readonly schemas: ReadonlyMap<string, FieldSchema>,
    /** The value of the user, or the default. */
    private readonly stored: (name: string) => unknown,
  ) {}

  /** @throws RangeError for a setting that no form has. */
  edit(name: string, value: FieldValue): void {
    const shown = shownValue(this.schema(name), this.stored(name));
    if (value === shown) this.typed.delete(name);
    else this.typed.set(name, value);
  }

  field(name: string): DraftField {
    const schema = this.schema(name);
    const stored = this.stored(name);
    const value = this.typed.get(name) ?? shownValue(schema, stored);
    const parsed = parseField(name, schema, value);
    if ('problem' in parsed) return { value, problem: parsed.problem, changed: this.typed.has(name) };
    return {
      value,
      problem: undefined,
      changed: this.typed.has(name) && !isDeepStrictEqual(parsed.value, stored),
    };
  }

  /** The value that is typed; undefined where it can't be one. */
  value(name: string): unknown {
    const parsed = parseField(name, this.schema(name), this.field(name).value);
    return 'problem' in parsed ? undefined : parsed.value;
  }

  get names(): readonly string[] {
    return [...this.schemas.keys()];
  }

  /** What is to be written: `undefined` takes a setting back to its default. Fields with a problem are left out. */
  get changes(): readonly (readonly [name: string, value: unknown])[] {
    return this.names
      .filter((name) => this.field(name).changed)
      .flatMap((name) => {
        const value = this.value(name);
        if (value === undefined) return [];
        const usual = isDeepStrictEqual(value, this.schema(name).default);
        return [[name, usual ? undefined : value] as const];
      });
  }

  discard(): void {
    this.typed.clear();
  }

  private schema(name: string): FieldSchema {
    const schema = this.schemas.get(name);
    if (!schema) throw new RangeError('no field of this form');
    return schema;
  }
}
