import type { DataElement, Encoding } from '../dicom/dataSet.js';
import { findElement, firstText, numberValues, textValues } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';

const storage = '1.2.840.10008.5.1.4.1.1.';

/** SOP classes whose pixels are a screen, a film, a photograph or a video: text in them is the rule, not the exception. */
const riskyClasses: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ultrasound: ['3', '3.1', '6', '6.1', '6.2'],
    'secondary capture': ['7', '7.1', '7.2', '7.3', '7.4'],
    'angiography or fluoroscopy': ['12.1', '12.1.1', '12.2', '12.2.1', '12.3'],
    'photograph or video': ['77.1.1', '77.1.1.1', '77.1.2', '77.1.2.1', '77.1.3', '77.1.4', '77.1.4.1', '77.1.5.1', '77.1.5.2', '77.1.7'],
  }).flatMap(([kind, ids]) => ids.map((id): [string, string] => [`${storage}${id}`, kind])),
); // prettier-ignore

const riskyModalities: ReadonlyMap<string, string> = new Map([
  ['US', 'ultrasound'],
  ['IVUS', 'ultrasound'],
  ['BDUS', 'ultrasound'],
  ['ES', 'endoscopy'],
  ['XC', 'photograph'],
  ['OT', 'other modality'],
  ['SC', 'secondary capture'],
  ['DOC', 'scanned document'],
  ['HC', 'film'],
  ['XA', 'angiography or fluoroscopy'],
  ['RF', 'angiography or fluoroscopy'],
]);

/**
 * Values of Image Type that name a screen, a report page or the label of a slide, as vendors and PS3.3 C.8.12.4.1.1 write
 * them; CT scanners mark the page with the patient's protocol by PROT.
 */
const screenType =
  /^(?:SCREEN ?SAVE|SCREEN ?SHOT|SCREEN|SAVE|REPORT|CAPTURE|DOSE[_ ]INFO|DOSE[_ ]REPORT|LABEL|OVERVIEW|(?:.* )?PROT)$/;

/** Series that hold the pages of a scanner and no images of a body. */
const pageSeries =
  /\bdose (?:report|record|info|summary|page)\b|\b(?:patient )?protocol page\b|^patient protocol$|\bscreen ?(?:save|shot|capture)/i;

/** Conversion Type of RT images: DI and WSD are how all of them are made (PS3.3 C.8.8.2); the others are digitised films. */
const madeByMachine: ReadonlySet<string> = new Set(['DI', 'WSD']);
const rtImage = `${storage}481.1`;

/**
 * Why an object may carry text burned into its pixels (PS3.15 E.3.1 Clean Pixel Data), or undefined when nothing speaks for
 * it. Burned In Annotation NO is not believed for kinds of image where text is the rule.
 */
export function burnedInTextRisk(elements: readonly DataElement[], encoding: Encoding): string | undefined {
  if (findElement(elements, pixelDataProvider)) return 'they lie on another server and can not be seen';
  if (!hasPixels(elements)) return undefined;
  const text = (tag: number): string => (firstText(elements, tag) ?? '').toUpperCase();
  if (text(tags.BurnedInAnnotation) === 'YES') return 'Burned In Annotation says YES';
  const sopClass = firstText(elements, tags.SOPClassUID) ?? '';
  const kind = riskyClasses.get(sopClass) ?? riskyModalities.get(text(tags.Modality));
  if (kind !== undefined) return `${kind} images often show the name`;
  const conversion = text(tags.ConversionType);
  if (conversion !== '' && !(sopClass === rtImage && madeByMachine.has(conversion)))
    return 'Conversion Type says that it was captured or scanned';
  const imageType = textValues(findElement(elements, tags.ImageType)).map((value) => value.toUpperCase());
  if (imageType.some((value) => screenType.test(value))) return 'Image Type says that it is a saved screen';
  if (pageSeries.test(text(tags.SeriesDescription))) return 'the series holds pages of the scanner';
  const samples = numberValues(findElement(elements, tags.SamplesPerPixel), encoding)[0] ?? 1;
  if (samples > 1 && imageType.includes('DERIVED')) return 'a derived colour image may be a saved screen';
  return undefined;
}

/** Pixel Data Provider URL (PS3.5 A.6): pixels that nobody here can look at. */
const pixelDataProvider = 0x00287fe0;

function hasPixels(elements: readonly DataElement[]): boolean {
  return [tags.PixelData, tags.FloatPixelData, tags.DoubleFloatPixelData].some((tag) =>
    findElement(elements, tag),
  );
}
