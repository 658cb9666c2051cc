import type { Receipt } from '../pipeline/types.js';
import type { UndoPlan, UndoSeries } from './types.js';

/**
 * What the job of a receipt put on the server and nobody else: files that it sent, and the places that it made. Receipts of
 * versions that did not say so give a plan without files.
 */
export function undoPlan({ server, finished, series }: Receipt): UndoPlan {
  const own = series
    .map(({ place, made = {}, instances }): UndoSeries => ({
      place,
      made,
      files: instances
        .filter(({ status }) => status === 'uploaded')
        .map(({ name, size }) => ({ name, size })),
    }))
    .filter(({ files, made }) => files.length > 0 || Object.keys(made).length > 0);
  return {
    ...{ server, finished, series: own },
    project: own[0]?.place.project ?? '',
    files: own.reduce((sum, { files }) => sum + files.length, 0),
  };
}

/** The plan as text that may be sent to an owner of the project: labels of the server and counts. */
export function undoText({ server, project, finished, series }: UndoPlan): string {
  const rows = series.map(
    ({ place, made, files }) =>
      `| ${place.subject} | ${place.experiment} | ${place.scan} | ${files.length} | ${madeText(made)} |`,
  );
  return [
    `Server: ${server}`,
    `Project: ${project}`,
    `Uploaded: ${finished}`,
    '',
    '| Subject | Experiment | Scan | Files of this upload | Made by this upload |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...series.flatMap(({ place, files }) =>
      files.map(({ name }) => `- ${place.subject}/${place.experiment}/${place.scan}/${name}`),
    ),
    '',
  ].join('\n');
}

function madeText(made: UndoSeries['made']): string {
  const parts = [
    ...(made.subject === undefined ? [] : [`subject ${made.subject}`]),
    ...(made.experiment === undefined ? [] : [`experiment ${made.experiment}`]),
    ...(made.scan === undefined ? [] : ['scan']),
  ];
  return parts.join(', ') || '-';
}
