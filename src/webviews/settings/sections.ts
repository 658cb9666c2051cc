/** Parts of the settings page, in their order. */
export const sections = [
  'account',
  'deid',
  'listener',
  'nodes',
  'patients',
  'transfers',
  'diagnosis',
] as const;

export type Section = (typeof sections)[number];

export function isSection(value: unknown): value is Section {
  return sections.some((section) => section === value);
}
