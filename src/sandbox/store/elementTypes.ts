/** Element names of the server's schema, between `xnat:` and `SessionData` or `ScanData`. */
const BOTH =
  'cr ct dx dx3DCraniofacial ecg eps es esv gm gmv hd io mg mr nm op opt otherDicom pet rf sm sr us xa xa3D xcv';
const SESSION_ONLY = 'eeg image meg petmr rt';
const SCAN_ONLY = 'eeg image meg mrs otherQc petmr rtImage sc seg voiceAudio';

const SESSIONS = new Set(names(`${BOTH} ${SESSION_ONLY}`, 'SessionData'));
const SCANS = new Set(names(`${BOTH} ${SCAN_ONLY}`, 'ScanData'));

function names(list: string, suffix: string): string[] {
  return list.split(' ').map((name) => `xnat:${name}${suffix}`);
}

export function isSessionType(xsiType: string): boolean {
  return SESSIONS.has(xsiType) || xsiType === 'xnat:subjectVariablesData';
}

export function isScanType(xsiType: string): boolean {
  return SCANS.has(xsiType);
}

/** The type of the scans that a session type is made for; undefined where the schema has none. */
export function scanTypeOf(sessionType: string): string | undefined {
  const xsiType = `xnat:${modalityOf(sessionType)}ScanData`;
  return isScanType(xsiType) ? xsiType : undefined;
}

/** The modality part of a type, such as `mr`. */
function modalityOf(xsiType: string): string {
  return /^xnat:(.+?)(Session|Scan)Data$/.exec(xsiType)?.[1] ?? '';
}
