import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseField, shownValue, type FieldSchema } from '../../../src/webviews/settings/fieldRules.js';
import { settingNames } from '../../../src/workbench/contributions.js';

const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, FieldSchema>> };
  };
};

function schemaOf(name: string): FieldSchema {
  const schema = manifest.contributes.configuration.properties[name];
  assert.ok(schema, name);
  return schema;
}

function problem(name: string, typed: string): string | undefined {
  const parsed = parseField(name, schemaOf(name), typed);
  return 'problem' in parsed ? parsed.problem.kind : undefined;
}

function value(name: string, typed: string | boolean): unknown {
  const parsed = parseField(name, schemaOf(name), typed);
  assert.ok('value' in parsed, JSON.stringify(parsed));
  return parsed.value;
}

describe('what is typed into a field of the settings', () => {
  it('is a port only as a whole number from 1 to 65535', () => {
    const port = settingNames.listenerPort;
    assert.equal(value(port, ' 104 '), 104);
    assert.equal(value(port, '65535'), 65535);
    for (const typed of ['0', '65536', '-1']) assert.equal(problem(port, typed), 'range', typed);
    for (const typed of ['', 'abc', '1e3', '0x10', '104.5', '１０４']) {
      assert.equal(problem(port, typed), 'wholeNumber', typed);
    }
  });

  it('may have a fraction where the manifest says number', () => {
    assert.equal(value(settingNames.listenerQuota, '0.5'), 0.5);
    assert.equal(problem(settingNames.listenerQuota, 'much'), 'number');
    assert.equal(problem(settingNames.listenerQuota, '-1'), 'range');
  });

  it('is an AE title only by the rules of DICOM', () => {
    const title = settingNames.listenerAeTitle;
    assert.equal(value(title, 'GIFT CLOUD'), 'GIFT CLOUD');
    assert.equal(value(title, '  GIFT '), 'GIFT');
    for (const typed of ['', 'A'.repeat(17), 'A\\B', 'ÄRZTE', 'A\u0007']) {
      assert.equal(problem(title, typed), 'pattern', typed);
    }
  });

  it('is a list with one entry a line, each of them judged and none twice', () => {
    const callers = settingNames.listenerCallers;
    assert.deepEqual(value(callers, 'CT1\r\n\n  MR 2 \n'), ['CT1', 'MR 2']);
    assert.deepEqual(value(callers, ''), []);
    assert.equal(problem(callers, 'CT1\nB\\AD'), 'entry');
    assert.equal(problem(callers, 'CT1\nCT1'), 'twice');
  });

  it('is a whole path where a file is named, an address where one is listened at', () => {
    for (const name of [settingNames.serverCaFile, settingNames.profileFile, settingNames.listenerKeyFile]) {
      assert.equal(value(name, ''), '');
      assert.equal(value(name, resolve('/etc/file.pem')), resolve('/etc/file.pem'));
      assert.equal(problem(name, 'file.pem'), 'absolutePath');
    }
    assert.equal(value(settingNames.listenerBind, '127.0.0.1'), '127.0.0.1');
    assert.equal(problem(settingNames.listenerBind, 'a b'), 'host');
  });

  it('is one of a list where the manifest has one, and a name where it is a label', () => {
    assert.equal(value(settingNames.profile, 'ultrasound'), 'ultrasound');
    assert.equal(problem(settingNames.profile, 'none'), 'choice');
    assert.equal(problem(settingNames.subjectPrefix, 'Müller 1'), 'pattern');
  });

  it('is shown as it stands in the settings, also when it was written wrongly by hand', () => {
    assert.equal(shownValue(schemaOf(settingNames.listenerPort), 11112), '11112');
    assert.equal(shownValue(schemaOf(settingNames.listenerPort), 'x'), 'x');
    assert.equal(shownValue(schemaOf(settingNames.listenerPort), { a: 1 }), '');
    assert.equal(shownValue(schemaOf(settingNames.listenerCallers), ['A', 'B']), 'A\nB');
    assert.equal(shownValue(schemaOf(settingNames.listenerAutostart), 'true'), false);
  });

  it('takes every default of the manifest', () => {
    const { properties } = manifest.contributes.configuration;
    for (const [name, schema] of Object.entries(properties)) {
      if (name === settingNames.pacsNodes) continue;
      const shown = shownValue(schema, schema.default);
      assert.deepEqual(value(name, shown), schema.default, name);
    }
  });
});
