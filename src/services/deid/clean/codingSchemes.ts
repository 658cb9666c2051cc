import type { DataElement } from '../../dicom/dataSet.js';
import { findElement, firstText } from '../../dicom/elements.js';
import { tags } from '../../dicom/tags.js';

/** Coding Scheme Designators of PS3.16 table 8-1 that are no local ones. */
const registered: ReadonlySet<string> = new Set(
  `ACR ASTM-SIGPURPOSE BARI BI C4 C5 CD2 CTV3 DC DCM DCMUID DICOM DICOS EUMEDMED FDA FMA GTIN HPC I10 I10C I10P I11 I9 I9C IBSI
  ICDO3 IEEE11073 ISO3166_1 ITIS_TSN JCR JJ1017 JLAC10 JSRT LN MA MAYO_ASRG MDC MDNS MGMT MSH NCDR NCIt NDC NEU NICIP NYUMCCG
  PATHLEX PUBCHEM_CID RADELEMENT RADLEX RFC3066 RFC5646 RXNORM SCPECG SCT SNM3 SRT SRTSCT UBERON UCUM UMLS UNS UPC`.split(
    /\s+/,
  ),
);

/** Code values and meanings in one item (PS3.3 table 8.8-1). */
export const codeTexts: ReadonlySet<number> = new Set<number>([
  tags.CodeValue,
  tags.CodeMeaning,
  0x00080119, // Long Code Value
  0x00080120, // URN Code Value
]);

/** Whether an item holds a code. */
export function isCode(elements: readonly DataElement[]): boolean {
  return findElement(elements, tags.CodeMeaning) !== undefined;
}

/** Whether the code of an item comes from a scheme that a site or a vendor made up: its words are written by anybody. */
export function isLocalCode(elements: readonly DataElement[]): boolean {
  const scheme = firstText(elements, tags.CodingSchemeDesignator);
  return scheme === undefined ? findElement(elements, 0x00080120) === undefined : !registered.has(scheme);
}
