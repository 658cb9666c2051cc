/** `Family^Given^Middle^Prefix^Suffix=...` (PS3.5 6.2.1, VR PN) as people read it: all spellings, family name first. */
export function nameText(name: string): string {
  return name
    .split('=')
    .map((spelling) => {
      const [family = '', ...others] = spelling.split('^').map((part) => part.trim());
      const given = others.filter((part) => part !== '').join(' ');
      return [family, given].filter((part) => part !== '').join(', ');
    })
    .filter((spelling) => spelling !== '')
    .join(' / ');
}

/** YYYYMMDD, also as YYYY.MM.DD of old (PS3.5 6.2, VR DA), as YYYY-MM-DD; anything else as it is. */
export function dateText(date: string): string {
  const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date) ?? [];
  return year === undefined ? date : `${year}-${month ?? ''}-${day ?? ''}`;
}

/** HHMMSS.FFFFFF (VR TM) as HH:MM; anything else as it is. */
export function timeText(time: string): string {
  const [, hour, minute] = /^(\d{2}):?(\d{2})/.exec(time) ?? [];
  return hour === undefined ? time : `${hour}:${minute ?? ''}`;
}
