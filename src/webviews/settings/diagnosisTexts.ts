import { l10n } from 'vscode';
import type { DiagnosisStep, Finding } from '../../services/diagnose/types.js';
import type { FindingLine } from './contract.js';

/** A finding as the page shows it. */
export function findingLine({ step, about, outcome, text, hint = '' }: Finding): FindingLine {
  return {
    outcome,
    word: outcomeWord(outcome),
    step: about === '' ? stepName(step) : l10n.t('PACS node {0}', about),
    text: outcome === 'running' ? l10n.t('Looking…') : text,
    hint,
  };
}

function outcomeWord(outcome: Finding['outcome']): string {
  switch (outcome) {
    case 'running':
      return l10n.t('Running');
    case 'good':
      return l10n.t('Good');
    case 'warning':
      return l10n.t('Warning');
    case 'bad':
      return l10n.t('Problem');
    case 'skipped':
      return l10n.t('Skipped');
  }
}

function stepName(step: DiagnosisStep): string {
  switch (step) {
    case 'address':
      return l10n.t('Address of the server');
    case 'proxy':
      return l10n.t('Proxy');
    case 'name':
      return l10n.t('Name (DNS)');
    case 'connection':
      return l10n.t('Connection (TCP)');
    case 'certificate':
      return l10n.t('Certificate (TLS)');
    case 'signIn':
      return l10n.t('Sign-in');
    case 'version':
      return l10n.t('Server version');
    case 'project':
      return l10n.t('Project rights');
    case 'listener':
      return l10n.t('Port of the DICOM listener');
    case 'node':
      return l10n.t('PACS node');
  }
}
