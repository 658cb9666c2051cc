import { l10n } from 'vscode';
import type { ExplainedRow, Explanation } from '../../services/deid/explain/types.js';
import { sopClassName } from '../../services/dicom/sopClasses.js';
import type { PreviewEvent, PreviewSummary } from '../../services/pipeline/preview.js';
import type { SourceInstance } from '../../services/pipeline/types.js';
import { counted, refusedLines } from '../../workbench/texts.js';
import type { PreviewChoice, PreviewLine, ToPage } from './contract.js';
import { ruleText, stateText, valueText } from './previewTexts.js';

/** A choice with the files behind it, which stay on this side: their names may name a patient. */
export interface FileChoice extends PreviewChoice {
  readonly paths: readonly string[];
}

/** Series by study, then what is held back by reason; numbers, kinds and counts only. */
export function choicesOf({ studies, refused }: Extract<PreviewEvent, { kind: 'found' }>): FileChoice[] {
  const series = studies.flatMap((study, at) =>
    study.series.map(({ modality, sopClassUid, instances }, number): FileChoice => ({
      group: l10n.t('Study {0}', at + 1),
      label: [
        l10n.t('Series {0}', number + 1),
        modality,
        sopClassName(sopClassUid),
        counted.instances(instances.length),
      ]
        .filter((part) => part !== '')
        .join(', '),
      instances: instances.length,
      paths: inOrder(instances).map(({ path }) => path),
    })),
  );
  const held = new Map<string, string[]>();
  for (const { path, refusal } of refused) {
    if (refusal.status === 'held') held.set(refusal.reason, [...(held.get(refusal.reason) ?? []), path]);
  }
  const reasons = [...held].map(([reason, paths]): FileChoice => ({
    group: l10n.t('Held back'),
    label: `${counted.files(paths.length)}: ${reason}`,
    instances: paths.length,
    paths,
  }));
  return [...series, ...reasons];
}

/** By Instance Number, as a person counts; without one, as they were found. */
function inOrder(instances: readonly SourceInstance[]): readonly SourceInstance[] {
  const number = ({ summary }: SourceInstance): number => Number(summary.instanceNumber ?? NaN);
  return instances.toSorted((a, b) => number(a) - number(b) || a.index - b.index);
}

export function summaryMessage(summary: PreviewSummary): ToPage {
  const { objects, counts, kept, texts, refused } = summary;
  const line = (label: string, count: number) => ({ label, count: count.toLocaleString() });
  return {
    kind: 'summary',
    headline: l10n.t('Summary of {0}', counted.instances(objects)),
    counts: [
      line(l10n.t('removed'), counts.removed),
      line(l10n.t('private, removed'), counts.privateRemoved),
      line(l10n.t('unknown, removed'), counts.unknownRemoved),
      line(l10n.t('emptied'), counts.emptied),
      line(l10n.t('replaced'), counts.replaced),
      line(l10n.t('UIDs replaced'), counts.uidsReplaced),
      line(l10n.t('contents replaced'), counts.contentReplaced),
      line(l10n.t('kept'), kept),
    ],
    refused: refusedLines(refused),
    textsHeading:
      texts.length === 1 ? l10n.t('1 free text is kept') : l10n.t('{0} free texts are kept', texts.length),
    texts: texts.map(({ tag, name, text, objects: count }) => ({
      name: `${name} ${tag}`,
      text,
      objects: count.toLocaleString(),
    })),
  };
}

export interface ShownObject {
  readonly object: number;
  readonly choice: number;
  readonly instance: number;
  readonly explanation: Explanation;
}

export function objectMessage({ object, choice, instance, explanation }: ShownObject): ToPage {
  const { held, omitted, rows, modality, sopClassUid } = explanation;
  const kind = [modality, sopClassName(sopClassUid)].filter((part) => part !== '').join(', ');
  return {
    kind: 'object',
    object,
    choice,
    instance,
    heading: l10n.t('Before and after: {0}', kind),
    ...(held && {
      held: l10n.t('Held back, nothing of it is sent: {0} Below is what the rules would do.', held.reason),
    }),
    ...(omitted > 0 && {
      omitted: l10n.t('{0} more lines are not shown; most of them are kept as they are.', omitted),
    }),
    lines: rows.map(lineOf),
  };
}

function lineOf(row: ExplainedRow): PreviewLine {
  const { depth, tag = '', item, name, vr, state, rule, after } = row;
  return {
    depth,
    tag,
    name: item === undefined ? name || unnamed(rule.kind) : l10n.t('Item {0}', item),
    vr,
    state,
    stateText: stateText(state),
    rule: ruleText(rule),
    before: beforeOf(row),
    ...(after !== undefined && { after: valueText(after) }),
  };
}

function unnamed(rule: ExplainedRow['rule']['kind']): string {
  return rule === 'private' ? l10n.t('Private element') : l10n.t('Unknown element');
}

/** What stays is told by the value after, which leaves this machine anyway; everything else must be asked for. */
function beforeOf({ before, after, state }: ExplainedRow): PreviewLine['before'] {
  if (before === undefined) return 'none';
  if (before === '') return 'empty';
  return state === 'kept' && after !== undefined ? 'same' : 'hidden';
}

/** Values before of some lines, for the page that asked. */
export function valuesMessage({ object, explanation }: ShownObject, lines: readonly number[]): ToPage {
  return {
    kind: 'values',
    object,
    values: lines.flatMap((line): [number, string][] => {
      const before = explanation.rows[line]?.before;
      return before === undefined ? [] : [[line, valueText(before)]];
    }),
  };
}
