import { textElement, textValues } from '../../dicom/elements.js';
import { tags } from '../../dicom/tags.js';
import { fault } from '../run/faults.js';
import { pixelFill, type Rectangle } from '../run/pixelFill.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { nothing } from '../run/values.js';
import type { ScriptFunction } from './arguments.js';
import { wholeNumber } from './shiftDate.js';

const edges: Readonly<Record<string, string>> = { left: 'l', top: 't', right: 'r', bottom: 'b' };

/** `l=0, t=0, r=8, b=2`: from l and t on as many columns and rows as the corners lie apart. */
function rectangleOf(text: string): Rectangle {
  const values = new Map<string, number>();
  for (const part of text.split(',')) {
    const [name = '', value = '', ...more] = part.split('=').map((piece) => piece.trim().toLowerCase());
    if (more.length > 0) fault('A rectangle is written "l=0, t=0, r=100, b=20".');
    values.set(edges[name] ?? name, wholeNumber(value));
  }
  const edge = (name: string): number =>
    values.get(name) ?? fault('A rectangle has the edges l, t, r and b.');
  const [left, top, right, bottom] = [edge('l'), edge('t'), edge('r'), edge('b')];
  if (values.size > 4) fault('A rectangle has the edges l, t, r and b.');
  return { left, top, width: Math.abs(right - left), height: Math.abs(bottom - top) };
}

function checkFillValue(text: string): void {
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const value = wholeNumber(part.split('=')[1]?.trim() ?? '');
    if (value < 0 || value > 255) fault('A fill value lies between 0 and 255.');
  }
}

/** Says in the object that text was blacked out (PS3.3 C.7.6.1.1.5, PS3.16 CID 7050). */
function record(run: ScriptRun): void {
  const { root } = run;
  const { encoding } = root;
  const methods = textValues(root.leaf(tags.DeidentificationMethod), root.characterSets).filter(
    (text) => text !== '',
  );
  const told = [...methods, 'Burned in text blacked out'];
  root.put(textElement(tags.DeidentificationMethod, 'LO', told, encoding));
  const sequence = tags.DeidentificationMethodCodeSequence;
  const item = root.ensureItem(sequence, root.items(sequence)?.length ?? 0, () => run.limits.newItem());
  item.put(textElement(tags.CodeValue, 'SH', '113101', encoding));
  item.put(textElement(tags.CodingSchemeDesignator, 'SH', 'DCM', encoding));
  item.put(textElement(tags.CodeMeaning, 'LO', 'Clean Pixel Data Option', encoding));
  root.put(textElement(tags.BurnedInAnnotation, 'CS', 'NO', encoding));
}

/** `alterPixels["rectangle", "l=,t=,r=,b=", "solid", "v="]`. Like the engine it writes 0, whatever the fill value. */
export const alterPixels: ScriptFunction = (args, run) => {
  if (args.literal(0).text.toLowerCase() !== 'rectangle') fault('The shape "rectangle" is the only one.');
  if (args.literal(2).text.toLowerCase() !== 'solid') fault('The fill "solid" is the only one.');
  const rectangle = rectangleOf(args.literal(1).text);
  checkFillValue(args.literal(3).text);
  const pixels = run.root.leaf(tags.PixelData);
  if (!pixels) return nothing;
  const fill = pixelFill(run.root, pixels, rectangle, run.root.encoding);
  if (!fill) {
    run.root.remove(tags.BurnedInAnnotation);
    return nothing;
  }
  run.limits.write(fill.planes * fill.rows);
  run.fills.push(fill);
  record(run);
  return nothing;
};
