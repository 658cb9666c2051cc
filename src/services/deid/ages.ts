/** Highest age that is told: older people are few, and Safe Harbor (45 CFR 164.514) puts them together. */
const oldest = 89;
const capped = '090Y';

/** An AS value as it may stay: ages over 89 become 090Y; undefined when it is no age (PS3.5 6.2). */
export function cappedAge(text: string): string | undefined {
  const parts = /^(\d{1,3})([DWMY])$/.exec(text);
  if (!parts) return undefined;
  return parts[2] === 'Y' && Number(parts[1]) > oldest ? capped : text;
}
