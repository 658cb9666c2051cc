/** `2026-11-23 07:22:46.038`, trailing zeros cut as the data base prints them. */
export function timestamp(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
  return text.replace(/0{1,2}$/, '');
}

/** `Mon Nov 23 07:22:46 UTC 2026`. */
export function longDate(milliseconds: number): string {
  const [weekday, day, month, year, time] = new Date(milliseconds).toUTCString().replace(',', '').split(' ');
  return `${weekday ?? ''} ${month ?? ''} ${day ?? ''} ${time ?? ''} UTC ${year ?? ''}`;
}

/** `20261123_072612648`: the folder of a prearchive session. */
export function prearchiveStamp(milliseconds: number): string {
  return new Date(milliseconds)
    .toISOString()
    .replace(/[-:.Z]/g, '')
    .replace('T', '_');
}

/** `02/20/2016` and ISO dates both become `2016-02-20`. */
export function isoDate(value: string): string {
  const american = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value);
  return american === null ? value : `${american[3] ?? ''}-${american[1] ?? ''}-${american[2] ?? ''}`;
}
