import assert from 'node:assert/strict';
import type { FieldSchema } from '../../../src/webviews/settings/fieldRules.js';
import { SettingsDraft } from '../../../src/webviews/settings/settingsDraft.js';

const schemas: ReadonlyMap<string, FieldSchema> = new Map<string, FieldSchema>([
  ['port', { type: 'integer', default: 11112, minimum: 1, maximum: 65535 }],
  ['on', { type: 'boolean', default: false }],
  ['list', { type: 'array', default: [], items: {} }],
]);

describe('the draft of the settings', () => {
  const stored: Record<string, unknown> = {};
  let draft: SettingsDraft;
  beforeEach(() => {
    Object.assign(stored, { port: 104, on: false, list: ['A'] });
    draft = new SettingsDraft(schemas, (name) => stored[name]);
  });

  it('has no change until something else stands in a field', () => {
    draft.edit('port', '104');
    draft.edit('list', 'A');
    assert.deepEqual(draft.changes, []);
    draft.edit('list', 'A\nB');
    assert.deepEqual(draft.changes, [['list', ['A', 'B']]]);
    draft.edit('list', 'A');
    assert.deepEqual(draft.changes, []);
  });

  it('takes blanks around a value for no change', () => {
    draft.edit('port', ' 104 ');
    draft.edit('list', '\nA\n');
    assert.deepEqual(draft.changes, []);
    assert.equal(draft.field('port').value, ' 104 ');
  });

  it('takes a setting back to its default by leaving it out', () => {
    draft.edit('port', '11112');
    draft.edit('list', '');
    assert.deepEqual(draft.changes, [
      ['port', undefined],
      ['list', undefined],
    ]);
  });

  it('keeps what is wrong, says why, and does not write it', () => {
    draft.edit('port', '0');
    draft.edit('on', true);
    assert.deepEqual(draft.field('port'), {
      value: '0',
      problem: { kind: 'range', minimum: 1, maximum: 65535 },
      changed: true,
    });
    assert.equal(draft.value('port'), undefined);
    assert.deepEqual(draft.changes, [['on', true]]);
  });

  it('follows settings that change elsewhere, in the fields that nobody is at', () => {
    draft.edit('port', '105');
    Object.assign(stored, { port: 106, list: ['C'] });
    assert.equal(draft.field('port').value, '105');
    assert.equal(draft.field('list').value, 'C');
    draft.discard();
    assert.equal(draft.field('port').value, '106');
  });

  it('knows no other settings', () => {
    assert.throws(() => draft.edit('editor.fontSize', '1'), RangeError);
    assert.throws(() => draft.field('__proto__'), RangeError);
  });
});
