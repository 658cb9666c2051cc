// Names in sixteen character sets and combinations (PS3.3 C.12.1.1.2), as raw bytes; the examples of PS3.5 H to K among them.
export interface SpelledName {
  readonly characterSet: string;
  readonly raw: Buffer;
  /** The same in Unicode. */
  readonly text: string;
  /** A word of the same character set that identifies nobody and stays. */
  readonly kept: Buffer;
}

function spelled(characterSet: string, raw: string, text: string, kept: string): SpelledName {
  return { characterSet, raw: Buffer.from(raw, 'latin1'), text, kept: Buffer.from(kept, 'latin1') };
}

export const names: readonly SpelledName[] = [
  spelled('ISO_IR 100', 'Plantm\xfcller^J\xf6rgen', 'Plantmüller^Jörgen', 'Ger\xe4t'),
  spelled('ISO_IR 101', 'Wa\xb3\xeasowski^\xa3ukasz', 'Wałęsowski^Łukasz', '\xbfar\xf3wka'),
  spelled('ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος', '\xcc\xef\xed\xdc\xe4\xe1'),
  spelled('ISO_IR 144', '\xbb\xee\xda\xd4\xd5\xdc\xd1\xe3\xe0\xd3', 'Люкдембург', '\xbf\xe0\xd8\xd1\xde\xe0'),
  spelled('ISO_IR 127', '\xe2\xc8\xc7\xe6\xea', 'قباني', '\xcc\xe7\xc7\xd2'),
  spelled('ISO_IR 138', '\xf9\xf8\xe5\xef\xe4', 'שרוןה', '\xee\xeb\xf9\xe9\xf8'),
  spelled('ISO_IR 192', 'Wangsheng^\xe5\xb0\x8f\xe4\xb8\x9c', 'Wangsheng^小东', '\xe6\x9c\xba\xe5\x99\xa8'),
  spelled('GB18030', 'Wangsheng^\xd0\xa1\xb6\xab', 'Wangsheng^小东', '\xbb\xfa\xc6\xf7'),
  spelled(
    '\\ISO 2022 IR 87',
    'Yamadaro^Tarouji=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B',
    'Yamadaro^Tarouji=山田^太郎',
    '\x1b$B5!3#\x1b(B',
  ),
  spelled(
    '\\ISO 2022 IR 149',
    'Hongson^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7',
    'Hongson^Gildong=洪^吉洞',
    '\x1b$)C\xb1\xe2\xb0\xe8',
  ),
  spelled(
    'ISO_IR 166',
    '\xca\xc1\xaa\xd2\xc2^\xa1\xd4\xb5\xb5\xd4',
    'สมชาย^กิตติ',
    '\xe0\xa4\xc3\xd7\xe8\xcd\xa7',
  ),
  spelled('ISO_IR 148', 'Plant\xfdl\xfd^\xd0\xfclay', 'Plantılı^Ğülay', 'ayg\xfdt'),
  spelled('GBK', 'Wangsheng^\xd0\xa1\xb6\xab', 'Wangsheng^小东', '\xbb\xfa\xc6\xf7'),
  spelled(
    'ISO 2022 IR 13\\ISO 2022 IR 87',
    '\xd4\xcf\xc0\xde\xdb^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J',
    'ﾔﾏﾀﾞﾛ^ﾀﾛｳ=山田^太郎',
    '\xb7\xb6\xb2',
  ),
  spelled(
    '\\ISO 2022 IR 58',
    'Zhangxin^Xiaodong=\x1b$)A\xd5\xc5\xd0\xc2^\x1b$)A\xd0\xa1\xb6\xab',
    'Zhangxin^Xiaodong=张新^小东',
    '\x1b$)A\xbb\xfa\xc6\xf7',
  ),
  spelled(
    'ISO 2022 IR 100\\ISO 2022 IR 144',
    'Plantm\xfcller^\x1b-L\xbb\xee\xda\xd4',
    'Plantmüller^Люкд',
    '\x1b-L\xbf\xe0\xd8\xd1\xde\xe0',
  ),
];
