import type { DataElement, Encoding } from '../dicom/dataSet.js';
import { findElement, firstText, numberValues, textValues } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';

const storage = '1.2.840.10008.5.1.4.1.1.';

/** SOP classes whose pixels are a screen, a photograph or a video: text in them is the rule, not the exception. */
const riskyClasses: ReadonlyMap<string, string> = new Map([
  ...['6', '6.1', '3', '3.1', '6.2'].map((id) => [`${storage}${id}`, 'ultrasound'] as const),
  ...['7', '7.1', '7.2', '7.3', '7.4'].map((id) => [`${storage}${id}`, 'secondary capture'] as const),
  ...['77.1.1', '77.1.1.1', '77.1.2', '77.1.2.1', '77.1.4', '77.1.4.1', '77.1.5.1', '77.1.5.2'].map(
    (id) => [`${storage}${id}`, 'photograph or video'] as const,
  ),
]);

const riskyModalities: ReadonlyMap<string, string> = new Map([
  ['US', 'ultrasound'],
  ['IVUS', 'ultrasound'],
  ['BDUS', 'ultrasound'],
  ['ES', 'endoscopy'],
  ['XC', 'photograph'],
  ['OT', 'other modality'],
  ['SC', 'secondary capture'],
  ['DOC', 'scanned document'],
  ['XA', 'angiography or fluoroscopy'],
  ['RF', 'angiography or fluoroscopy'],
]);

/** Values of Image Type that name a screen or a saved report page, as vendors write them. */
const screenTypes: ReadonlySet<string> = new Set(['SCREEN SAVE', 'SCREENSAVE', 'SCREENSHOT', 'SCREEN', 'SAVE', 'REPORT', 'CAPTURE', 'DOSE_INFO', 'DOSE REPORT']); // prettier-ignore

/**
 * Why an object may carry text burned into its pixels (PS3.15 E.3.1 Clean Pixel Data), or undefined when nothing speaks for
 * it. Burned In Annotation NO is not believed for kinds of image where text is the rule.
 */
export function burnedInTextRisk(elements: readonly DataElement[], encoding: Encoding): string | undefined {
  if (!hasPixels(elements)) return undefined;
  const text = (tag: number): string => (firstText(elements, tag) ?? '').toUpperCase();
  if (text(tags.BurnedInAnnotation) === 'YES') return 'Burned In Annotation says YES';
  const kind =
    riskyClasses.get(firstText(elements, tags.SOPClassUID) ?? '') ?? riskyModalities.get(text(tags.Modality));
  if (kind !== undefined) return `${kind} images often show the name`;
  if (text(tags.ConversionType) !== '') return 'Conversion Type says that it was captured or scanned';
  const imageType = textValues(findElement(elements, tags.ImageType)).map((value) => value.toUpperCase());
  if (imageType.some((value) => screenTypes.has(value))) return 'Image Type says that it is a saved screen';
  const samples = numberValues(findElement(elements, tags.SamplesPerPixel), encoding)[0] ?? 1;
  if (samples > 1 && imageType.includes('DERIVED')) return 'a derived colour image may be a saved screen';
  return undefined;
}

function hasPixels(elements: readonly DataElement[]): boolean {
  return [tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData].some((tag) =>
    findElement(elements, tag),
  );
}
