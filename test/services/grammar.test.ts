import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Rule[];
}

interface Grammar extends Rule {
  readonly scopeName: string;
  readonly repository: Readonly<Record<string, Rule>>;
}

describe('colours of DicomEdit scripts', () => {
  const grammar = read('syntaxes/dicomedit.tmLanguage.json') as Grammar;

  /** Scope of a piece of a line by the rules of the top level, as the editor chooses: the first match, then the first rule. */
  function scopeOf(line: string, piece: string): string | undefined {
    const rules = (rule: Rule): Rule[] =>
      rule.include === undefined
        ? rule.match === undefined && rule.begin === undefined
          ? (rule.patterns ?? []).flatMap(rules)
          : [rule]
        : rules(grammar.repository[rule.include.slice(1)] ?? {});
    const all = (grammar.patterns ?? []).flatMap(rules);
    for (let at = 0; at < line.length;) {
      const found = all
        .map((rule) => {
          const whole = rule.match ?? `${rule.begin ?? ''}[^"]*(?:${rule.end ?? ''})`;
          const match = new RegExp(whole, 'gd');
          match.lastIndex = at;
          return { rule, match: match.exec(line) };
        })
        .filter(({ match }) => match !== null && match[0] !== '')
        .sort((a, b) => (a.match?.index ?? 0) - (b.match?.index ?? 0))[0];
      if (!found?.match) return undefined;
      const { rule, match } = found;
      for (const [group, { name }] of Object.entries(rule.captures ?? {})) {
        if (match[Number(group)] === piece) return name;
      }
      if (match[0] === piece || (rule.begin !== undefined && match[0].includes(piece))) return rule.name;
      if (rule.name?.startsWith('comment') === true && match[0].includes(piece)) return rule.name;
      at = match.index + match[0].length;
    }
    return undefined;
  }

  const examples: readonly (readonly [line: string, piece: string, scope: string])[] = [
    ['version "6.6"', 'version', 'keyword.control.directive.version.dicomedit'],
    ['(0010,0010) := subject', '(0010,0010)', 'constant.numeric.hex.tag.dicomedit'],
    ['(0010,0010) := subject', ':=', 'keyword.operator.dicomedit'],
    ['(0010,0010) := subject', 'subject', 'variable.language.dicomedit'],
    ['(0020,000D) := hashUID[(0020,000D)]', 'hashUID', 'entity.name.function.dicomedit'],
    ['(0019,{SIEMENS MR HEADER}0C) := "x"', 'SIEMENS MR HEADER', 'string.unquoted.creator.dicomedit'],
    ['- (50X@,XXXX) // curves', '(50X@,XXXX)', 'constant.numeric.hex.tag.dicomedit'],
    ['- (50X@,XXXX) // curves', '// curves', 'comment.line.double-slash.dicomedit'],
    ['if ( (0008,0060) = "MR" ) {', 'if', 'keyword.control.conditional.dicomedit'],
    ['if ( (0008,0060) = "MR" ) {', '"MR"', 'string.quoted.double.dicomedit'],
    ['describe site hidden', 'site', 'variable.other.declaration.dicomedit'],
    ['label := "a"', 'label', 'variable.other.assignment.dicomedit'],
    ['removeAllPrivateTags', 'removeAllPrivateTags', 'keyword.other.dicomedit'],
    ['(0008,0070) ~ "SIE.*" : (0008,1030) := "x"', '~', 'keyword.operator.dicomedit'],
  ];
  for (const [line, piece, scope] of examples) {
    it(`${piece} in ${line}`, () => assert.equal(scopeOf(line, piece), scope));
  }

  it('stand in files that ship', () => {
    const manifest = read('package.json') as {
      contributes: {
        languages: readonly { id: string; configuration: string }[];
        grammars: readonly { language: string; scopeName: string; path: string }[];
      };
    };
    const { languages, grammars } = manifest.contributes;
    assert.deepEqual(
      grammars.map(({ language }) => language),
      languages.map(({ id }) => id),
    );
    assert.equal(grammars[0]?.scopeName, grammar.scopeName);
    for (const path of [languages[0]?.configuration, grammars[0]?.path]) {
      assert.ok(path?.startsWith('./syntaxes/'));
      assert.ok(read(path ?? ''));
    }
    assert.match(readFileSync(join(root, '.vscodeignore'), 'utf8'), /^!syntaxes\/\*\*$/m);
  });
});
