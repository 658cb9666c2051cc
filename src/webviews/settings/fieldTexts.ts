import { l10n } from 'vscode';
import { settingNames } from '../../workbench/contributions.js';
import type { FieldProblem } from './fieldRules.js';

/** Why a text can't be applied, in a sentence. */
export function problemText(problem: FieldProblem | undefined): string {
  switch (problem?.kind) {
    case undefined:
      return '';
    case 'pattern':
      return problem.message;
    case 'entry':
      return l10n.t('"{0}": {1}', problem.entry, problem.message);
    case 'twice':
      return l10n.t('"{0}" stands there twice.', problem.entry);
    case 'number':
      return l10n.t('Enter a number.');
    case 'wholeNumber':
      return l10n.t('Enter a whole number.');
    case 'choice':
      return l10n.t('Choose one from the list.');
    case 'absolutePath':
      return l10n.t('Enter the whole path, from the root folder on.');
    case 'host':
      return l10n.t('Enter an address of this machine.');
    case 'range':
      return problem.maximum === undefined
        ? l10n.t('Enter a number of at least {0}.', problem.minimum)
        : l10n.t('Enter a number from {0} to {1}.', problem.minimum, problem.maximum);
  }
}

type SettingName = (typeof settingNames)[keyof typeof settingNames];
/** Settings that are a field of the form; the others have a place of their own on the page. */
export type FieldName = Exclude<SettingName, typeof settingNames.serverUrl | typeof settingNames.pacsNodes>;

/** Every setting has its words here, so that a new one can't be forgotten. */
export function fieldLabels(): Readonly<Record<FieldName, string>> {
  return {
    [settingNames.serverCaFile]: l10n.t('Certificate authority file'),
    [settingNames.defaultProject]: l10n.t('Project for uploads'),
    [settingNames.subjectPrefix]: l10n.t('First part of new subject labels'),
    [settingNames.subjectPrefixes]: l10n.t('The same for single projects, one PROJECT=PREFIX a line'),
    [settingNames.profile]: l10n.t('Profile'),
    [settingNames.profileFile]: l10n.t('Own profile file'),
    [settingNames.pageSize]: l10n.t('Rows of a level in the tree'),
    [settingNames.downloadFolder]: l10n.t('Folder for downloads'),
    [settingNames.includeProject]: l10n.t('Put the project into the path'),
    [settingNames.includeSubject]: l10n.t('Put the subject into the path'),
    [settingNames.listenerAeTitle]: l10n.t('AE title'),
    [settingNames.listenerPort]: l10n.t('Port'),
    [settingNames.listenerBind]: l10n.t('Address to listen at'),
    [settingNames.listenerCallers]: l10n.t('Allowed calling AE titles, one a line'),
    [settingNames.listenerProject]: l10n.t('Project for received data'),
    [settingNames.listenerAutostart]: l10n.t('Start the listener with the editor'),
    [settingNames.listenerCertFile]: l10n.t('TLS certificate file'),
    [settingNames.listenerKeyFile]: l10n.t('TLS key file'),
    [settingNames.listenerCaFile]: l10n.t('TLS authority file for clients'),
    [settingNames.listenerPrivateClasses]: l10n.t('Take private SOP classes'),
    [settingNames.listenerQuota]: l10n.t('Largest size of received data, in GB'),
    [settingNames.listenerQuiet]: l10n.t('Seconds without data until an upload begins'),
    [settingNames.jobsPerServer]: l10n.t('Uploads at once'),
    [settingNames.keepFinished]: l10n.t('Days to keep finished transfers'),
    [settingNames.retention]: l10n.t('Days to keep received data that waits for you'),
    [settingNames.retentionWarning]: l10n.t('Days of warning before'),
    [settingNames.patientListFolder]: l10n.t('Folder of the patient list'),
  };
}
