// The same edits for other programs, as far as they can make them; each is called once for all files.

/** Attributes of the generated objects that the Basic Profile empties or removes (PS3.15 Table E.1-1). */
const emptied = ['0008,0020', '0008,0023', '0008,0030', '0008,0033', '0008,0050', '0008,0090', '0010,0030', '0010,0040', '0020,0010']; // prettier-ignore
const removed = ['0008,0021', '0008,0031', '0008,1030', '0008,1110'];
const replaced = { '0010,0010': 'Patient1', '0010,0020': 'Study1', '0020,0052': '2.25.1' };
const marks = { '0012,0062': 'YES', '0012,0063': 'Basic Profile' };

/** DCMTK edits files in place: private elements removed, new UIDs, no backup copies. */
export function dcmodify(files: readonly string[]): readonly string[] {
  return [
    'dcmodify',
    '--quiet',
    '--no-backup',
    '--ignore-missing-tags',
    ...Object.entries(replaced).flatMap(([tag, value]) => ['--modify-all', `(${tag})=${value}`]),
    ...emptied.flatMap((tag) => ['--modify-all', `(${tag})=`]),
    ...removed.flatMap((tag) => ['--erase-all', `(${tag})`]),
    ...Object.entries(marks).flatMap(([tag, value]) => ['--insert', `(${tag})=${value}`]),
    '--erase-private',
    '--gen-stud-uid',
    '--gen-ser-uid',
    '--gen-inst-uid',
    ...files,
  ];
}

/** GDCM from folder to folder. Its "dumb" mode neither makes new UIDs nor removes private elements: it has less to do. */
export function gdcmanon(input: string, output: string): readonly string[] {
  return [
    'gdcmanon',
    '--dumb',
    ...emptied.flatMap((tag) => ['--empty', tag]),
    ...removed.flatMap((tag) => ['--remove', tag]),
    ...Object.entries({ ...replaced, ...marks }).flatMap(([tag, value]) => ['--replace', `${tag}=${value}`]),
    '--input',
    input,
    '--output',
    output,
  ];
}
