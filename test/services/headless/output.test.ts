import assert from 'node:assert/strict';
import { Output } from '../../../src/headless/output.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';

describe('output of the command line', () => {
  const record = (json: boolean, quiet = false, isTTY = false) => {
    let [out, err] = ['', ''];
    const stdout = { isTTY, write: (text: string) => (out += text) };
    const stderr = { isTTY, write: (text: string) => (err += text) };
    return { output: new Output({ stdout, stderr }, json, quiet), out: () => out, err: () => err };
  };

  it('with --json gives programs JSON lines and people the rest', () => {
    const { output, out, err } = record(true);
    output.event('item', { label: 'ä\n' });
    output.line('for people');
    output.summary(1, { files: 2 }, new GiftCloudError('USAGE', 'No.', { hint: 'Do.' }));
    const [item, summary] = out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(item?.['label'], 'ä\n');
    assert.deepEqual(summary?.['error'], { code: 'USAGE', message: 'No.', hint: 'Do.', retryable: false });
    assert.equal(err(), 'for people\n');
  });

  it('without gives people the results, and nothing as JSON', () => {
    const { output, out, err } = record(false);
    output.event('item', {});
    output.line('a result');
    output.warning('careful');
    output.error(new GiftCloudError('USAGE', 'No.', { hint: 'Do.' }));
    output.summary(0, {});
    assert.equal(out(), 'a result\n');
    assert.equal(err(), 'warning: careful\nerror: No.\n       Do.\n');
  });

  it('lets no text from a server move the cursor or hide a line', () => {
    const { output, out, err } = record(false);
    output.line('label\u001b[2J\u0007\r\u009b1A\tä');
    output.warning('\u001b]0;title\u0007');
    assert.equal(out(), 'label?[2J???1A\tä\n');
    assert.equal(err(), 'warning: ?]0;title?\n');
  });

  it('shows a live line on a terminal alone, and takes it away before the next text', () => {
    const live = record(false, false, true);
    live.output.progress('1 of 2');
    live.output.line('done');
    assert.equal(live.out(), '\r\u001b[2K1 of 2\r\u001b[2Kdone\n');
    for (const { output, out, err } of [record(false), record(false, true, true), record(true)]) {
      output.progress('1 of 2');
      assert.equal(out() + err(), '');
    }
  });

  it('with --quiet leaves out steps, not results', () => {
    const { output, out } = record(false, true);
    output.step('a step');
    output.line('a result');
    assert.equal(out(), 'a result\n');
  });
});
