import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { KnownPatient } from '../../src/services/patients/types.js';
import { PatientFile } from '../../src/services/patients/patientFile.js';
import { sheetsOf } from '../../src/services/patientList/sheets.js';
import { writeList } from '../../src/services/patientList/writeList.js';
import { placedStudy } from '../support/placedStudy.js';
import { temporaryFolder } from '../support/seriesFiles.js';
import { run } from './support/peers.js';

const password = 'fünf gelbe Böte 東京';

/** Names as PS3.5 H to K and others write them, and what must not be taken for anything else than a text. */
const names = [
  ...[
    'Müller^Änne',
    'Διονυσιος',
    'Люкceмбypг^Иван',
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
    'Hong^Gildong=洪^吉洞=홍^길동',
  ],
  ...[
    'Wang^XiaoDong=王^小东',
    'قباني^لنزار',
    'שרון^דבורה',
    'สมชาย^ใจดี',
    'शर्मा^राज',
    'Nguyễn^Văn^Ánh',
    'ქართული',
  ],
  ...['=HYPERLINK("http://x.example","click")', '=1+2', '+1', '-1', '@SUM(A1)', '0012', '1e5', '2024-02-29'],
  ...['TRUE', ' blanks at both ends ', '_x0041_', "'quoted'", '"quoted", twice', '<a&b>', '😀^👩‍⚕️', ''],
];

describe('the patient list in LibreOffice', function () {
  this.timeout(300_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let known: readonly KnownPatient[];
  before(async () => {
    folder = await temporaryFolder();
    const patients = new PatientFile(join(folder.path, 'state'));
    for (const [number, patientName] of names.entries()) {
      for (const project of ['BRAIN', 'A-project-with-a-name-longer-than-sheets-have', 'a-project_2']) {
        const identity = { ...placedStudy(number).identity, patientName, patientId: `00${number}` };
        await patients.placed(placedStudy(number, { identity, project }));
      }
    }
    known = await patients.patients();
    patients.dispose();
    const order = {
      stateFolder: join(folder.path, 'state'),
      purpose: 'export',
      unlessCurrent: false,
    } as const;
    await writeList({ ...order, file: join(folder.path, 'plain.xlsx') });
    await writeList({ ...order, file: join(folder.path, 'protected.xlsx'), password });
  });
  after(() => folder.remove());

  interface Shown {
    readonly rows: readonly (readonly string[])[];
    readonly others: number;
    readonly asText: boolean;
    readonly frozen: number;
    readonly filters: boolean;
  }
  /** What LibreOffice shows of a file, by sheet; undefined when it does not open it. */
  const open = async (
    name: string,
    secret?: string,
  ): Promise<Readonly<Record<string, Shown>> | undefined> => {
    const script = join(import.meta.dirname, 'support', 'readSheets.py');
    const asked = [{ file: join(folder.path, name), ...(secret !== undefined && { password: secret }) }];
    const profile = join(folder.path, 'profile');
    const { code, out, err } = await run('/usr/bin/python3', [script, profile], JSON.stringify(asked));
    assert.equal(code, 0, err);
    const [shown] = JSON.parse(out) as [Readonly<Record<string, Shown>> | null];
    return shown ?? undefined;
  };
  const wanted = (): Readonly<Record<string, Shown>> =>
    Object.fromEntries(
      sheetsOf(known).map(({ name, header, rows }) => [
        name,
        { rows: [header, ...rows], others: 0, asText: true, frozen: 1, filters: true },
      ]),
    );

  it('opens plain, cell by cell as it was written, in ten scripts, frozen, filtered and all text', async () => {
    assert.deepEqual(await open('plain.xlsx'), wanted());
  });

  it('opens with its password, and says the same', async () => {
    assert.deepEqual(await open('protected.xlsx', password), wanted());
  });

  for (const [what, wrong] of [
    ['another password', 'fünf gelbe Böte'],
    ['no password', undefined],
  ] as const) {
    it(`does not open with ${what}`, async () => {
      assert.equal(await open('protected.xlsx', wrong), undefined);
    });
  }
});
