import assert from 'node:assert/strict';
import { decodeText, decodeUnits } from '../../../src/services/dicom/charsets.js';
import { textValues } from '../../../src/services/dicom/elements.js';

const esc = '\x1b';

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

describe('decoding text by Specific Character Set', () => {
  const single: readonly (readonly [string, string, string])[] = [
    ['ISO_IR 100', 'M\xfcller', 'Müller'],
    ['ISO_IR 101', 'Wa\xb3\xeasa', 'Wałęsa'],
    ['ISO_IR 109', '\xbdur\xbd', '½ur½'],
    ['ISO_IR 110', 'J\xe4nis \xb9', 'Jänis š'],
    ['ISO_IR 144', '\xbb\xee\xda\xe1\xd5\xdc\xd1\xe3\xe0\xd3', 'Люксембург'],
    ['ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
    ['ISO_IR 127', '\xe2\xc8\xc7\xe6\xea', 'قباني'],
    ['ISO_IR 138', '\xf9\xf8\xe5\xef', 'שרון'],
    ['ISO_IR 148', '\xd0\xfe', 'Ğş'],
    ['ISO_IR 203', '\xa4', '€'],
    ['ISO_IR 166', '\xca\xc1', 'สม'],
    ['ISO_IR 13', '\xd4\xcf\xc0\xde', 'ﾔﾏﾀﾞ'],
    ['ISO_IR 192', 'Wang^\xe5\xb0\x8f\xe4\xb8\x9c', 'Wang^小东'],
    ['GB18030', 'Wang^\xd0\xa1\xb6\xab', 'Wang^小东'],
    ['GBK', '\xd0\xa1\xb6\xab', '小东'],
    ['', 'plain', 'plain'],
    ['made up', 'M\xfcller', 'Müller'],
  ];
  for (const [set, raw, text] of single) {
    it(set === '' ? 'default repertoire' : set, () => {
      assert.equal(decodeText(bytes(raw), [set], 'PN'), text);
    });
  }

  // The names are the examples of PS3.5 annexes H, I and K.
  it('Japanese names with JIS X 0208', () => {
    const raw = `Yamada^Tarou=${esc}$B;3ED${esc}(B^${esc}$BB@O:${esc}(B=${esc}$B$d$^$@${esc}(B^${esc}$B$?$m$&${esc}(B`;
    assert.equal(
      decodeText(bytes(raw), ['', 'ISO 2022 IR 87'], 'PN'),
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
    );
  });

  it('Japanese names with JIS X 0201 first', () => {
    const raw = `\xd4\xcf\xc0\xde^\xc0\xdb\xb3=${esc}$B;3ED${esc}(J^${esc}$BB@O:${esc}(J`;
    assert.equal(decodeText(bytes(raw), ['ISO 2022 IR 13', 'ISO 2022 IR 87'], 'PN'), 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎');
  });

  it('Korean names with KS X 1001', () => {
    const raw = `Hong^Gildong=${esc}$)C\xfb\xf3^${esc}$)C\xd1\xce\xd4\xd7=${esc}$)C\xc8\xab^${esc}$)C\xb1\xe6\xb5\xbf`;
    assert.equal(decodeText(bytes(raw), ['', 'ISO 2022 IR 149'], 'PN'), 'Hong^Gildong=洪^吉洞=홍^길동');
    const once = `Hong^Gildong=${esc}$)C\xfb\xf3^\xd1\xce\xd4\xd7`;
    assert.equal(decodeText(bytes(once), ['', 'ISO 2022 IR 149'], 'PN'), 'Hong^Gildong=洪^吉洞');
  });

  it('Chinese names with GB 2312', () => {
    const raw = `Zhang^XiaoDong=${esc}$)A\xd5\xc5^${esc}$)A\xd0\xa1\xb6\xab=`;
    assert.equal(decodeText(bytes(raw), ['', 'ISO 2022 IR 58'], 'PN'), 'Zhang^XiaoDong=张^小东=');
  });

  it('two Latin sets side by side', () => {
    const raw = `M\xfcller^${esc}-BWa\xb3\xeasa^${esc}-L\xbb`;
    assert.equal(decodeText(bytes(raw), ['ISO 2022 IR 100', 'ISO 2022 IR 101'], 'PN'), 'Müller^Wałęsa^Л');
  });

  it('goes back to the first set behind a delimiter', () => {
    const raw = `\xbb${esc}-A\xfc^\xbb${esc}-A\xfc\\\xbb`;
    assert.equal(decodeText(bytes(raw), ['ISO 2022 IR 144', 'ISO 2022 IR 100'], 'PN'), 'Лü^Лü\\Л');
  });

  it('two-byte codes may begin with the bytes of delimiters', () => {
    const raw = `${esc}$B\\!^!=!${esc}(B^x`;
    const text = decodeText(bytes(raw), ['', 'ISO 2022 IR 87'], 'PN');
    assert.match(text, /^\p{Script=Han}{3}\^x$/u);
  });

  it('JIS X 0212', () => {
    assert.equal(decodeText(bytes(`${esc}$(D"/${esc}(B`), ['', 'ISO 2022 IR 159']), '˘'.normalize());
  });

  it('never throws, whatever the bytes', () => {
    const all = Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 73) & 0xff));
    for (const set of [...single.map(([name]) => name), 'ISO 2022 IR 87', 'ISO 2022 IR 149', '\\']) {
      for (const cut of [0, 1, 2, 3]) {
        assert.equal(typeof decodeText(all.subarray(cut), [set, 'ISO 2022 IR 87'], 'PN'), 'string');
        assert.equal(typeof decodeText(bytes(`${esc}$B!`), [set], 'PN'), 'string');
      }
    }
  });

  const several = [
    ...single.map(([name]) => [name]),
    ['', 'ISO 2022 IR 87'],
    ['ISO 2022 IR 149'],
    ['ISO 2022 IR 58'],
  ];
  for (const sets of several) {
    it(`gives characters with their bytes in ${sets.join('\\') || 'the default repertoire'}`, () => {
      let compared = 0;
      for (let seed = 1; seed < 4000; seed++) {
        const value = Buffer.from(
          Array.from({ length: 5 }, (_, at) => 32 + ((seed * 7919 + at * seed * 31) % 224)),
        );
        const units = decodeUnits(value, sets, 'LO');
        const text = decodeText(value, sets, 'LO');
        // Bytes without meaning may be told as one or as several replacement characters.
        if (!text.includes('\ufffd')) {
          assert.equal(units.map((unit) => unit.text).join(''), text);
          compared++;
        }
        let end = 0;
        for (const unit of units) {
          assert.ok(unit.start >= end && unit.end > unit.start);
          end = unit.end;
        }
      }
      assert.ok(compared > 50, String(compared));
    });
  }

  it('splits values only at real backslashes', () => {
    const element = { tag: 0x00081030, vr: 'LO', storedVr: 'LO', value: bytes('\x8e\x5c\\b ') } as const;
    assert.deepEqual(textValues(element, ['GB18030']), ['嶾', 'b']);
    const shiftedIn = `${esc}$B!\\${esc}(B\\x`;
    assert.equal(textValues({ ...element, value: bytes(shiftedIn) }, ['', 'ISO 2022 IR 87']).length, 2);
  });
});
