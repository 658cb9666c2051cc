/** Whether a text can be an AE title (PS3.5 6.2, VR AE): ASCII without backslash, spaces around it do not count. */
export function isAeTitle(text: string): boolean {
  return /^[!-[\]-~]([ -[\]-~]{0,14}[!-[\]-~])?$/.test(text);
}

/** Whether a text can be the name or address of a computer; an IPv6 address stands without brackets. */
export function isHost(text: string): boolean {
  return /^[A-Za-z0-9_.:%-]{1,253}$/.test(text);
}

/** A port that can be named; 0 stands for any and is none. */
export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}
