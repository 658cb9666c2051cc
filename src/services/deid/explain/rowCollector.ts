import type { DataElement, Tag } from '../../dicom/dataSet.js';
import { textValues } from '../../dicom/elements.js';
import { attributeName } from '../../dicom/names.js';
import { formatTag, tags } from '../../dicom/tags.js';
import type { Vr } from '../../dicom/vr.js';
import type { Difference, DifferenceVisitor, Side } from './compare.js';
import { shortened, shownValue } from './shownValue.js';
import type { ExplainedRow, KeptText, RowState } from './types.js';

/** Lines that a person can still look through; above it lines that stay as they are go first. */
const mostRows = 4000;
const mostKeptRows = 2500;
const mostTexts = 200;
const longestText = 200;

const freeText: ReadonlySet<Vr> = new Set<Vr>(['LO', 'LT', 'SH', 'ST', 'UC', 'UT']);

/** Texts of a code, a device or a character set: nobody typed them for this patient. */
const fixedTexts: ReadonlySet<Tag> = new Set<Tag>([
  tags.CodeValue,
  tags.CodingSchemeDesignator,
  0x00080103, // Coding Scheme Version
  tags.CodeMeaning,
  0x00080119, // Long Code Value
  tags.Manufacturer,
  tags.ManufacturerModelName,
  tags.SoftwareVersions,
]);

/** Turns differences into lines, bounded in number, and notes what a person should glance at. */
export class RowCollector implements DifferenceVisitor {
  readonly rows: ExplainedRow[] = [];
  /** Attributes that stay as they are. */
  kept = 0;
  /** Lines that were left out. */
  omitted = 0;
  private keptRows = 0;
  private readonly found = new Map<string, KeptText>();

  constructor(private readonly wantsRows: boolean) {}

  get texts(): readonly KeptText[] {
    return [...this.found.values()];
  }

  attribute({ depth, before, after, state, rule }: Difference): void {
    const side = before ?? after;
    if (!side) return;
    const { tag } = side.element;
    if (state === 'kept') {
      this.kept++;
      if (after) this.glance(after);
    }
    if (!this.wantsRows) return;
    this.add({
      depth,
      tag: formatTag(tag),
      name: attributeName(tag),
      vr: vrOf(side.element),
      state,
      rule,
      ...(before && { before: shownValue(before.element, before.sets, before.encoding) }),
      ...(after && { after: shownValue(after.element, after.sets, after.encoding) }),
    });
  }

  item(depth: number, number: number, state: RowState): void {
    if (!this.wantsRows) return;
    this.add({ depth, item: number, name: '', vr: '', state, rule: { kind: 'none' } });
  }

  private add(row: ExplainedRow): void {
    const isKept = row.state === 'kept';
    const full = this.rows.length >= mostRows || (isKept && this.keptRows >= mostKeptRows);
    if (full) this.omitted++;
    else {
      if (isKept) this.keptRows++;
      this.rows.push(row);
    }
  }

  private glance({ element, sets }: Side): void {
    const { tag, vr } = element;
    if (!freeText.has(vr) || fixedTexts.has(tag) || this.found.size >= mostTexts) return;
    const text = textValues(element, sets).join('\\');
    if (text === '') return;
    const shown = { tag: formatTag(tag), name: attributeName(tag), text: shortened(text, longestText) };
    this.found.set(`${shown.tag} ${shown.text}`, shown);
  }
}

/** The VR as it stood in the file, else the dictionary's. */
function vrOf({ vr, storedVr }: DataElement): string {
  return storedVr ?? vr;
}
