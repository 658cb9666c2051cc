/** Ids that package.json declares; test/services/manifest.test.ts compares the two, so a wrong id can't stay. */
export const commands = {
  signIn: 'giftcloud.account.signIn',
  signInAgain: 'giftcloud.account.signInAgain',
  signOut: 'giftcloud.account.signOut',
  refresh: 'giftcloud.tree.refresh',
  loadMore: 'giftcloud.tree.loadMore',
  retry: 'giftcloud.tree.retry',
  refreshNode: 'giftcloud.node.refresh',
  copyLabel: 'giftcloud.node.copyLabel',
  download: 'giftcloud.node.download',
  uploadHere: 'giftcloud.node.upload',
  uploadFolder: 'giftcloud.folder.upload',
  preview: 'giftcloud.deidentification.preview',
  goToSubject: 'giftcloud.subject.goTo',
  query: 'giftcloud.query.open',
  createKey: 'giftcloud.key.create',
  showKeys: 'giftcloud.key.show',
  exportKey: 'giftcloud.key.export',
  importKey: 'giftcloud.key.import',
  rotateKey: 'giftcloud.key.rotate',
  agreeToKey: 'giftcloud.key.agree',
  showReceipt: 'giftcloud.receipt.show',
  undoUpload: 'giftcloud.upload.undo',
  retryTransfer: 'giftcloud.transfer.retry',
  pauseTransfer: 'giftcloud.transfer.pause',
  resumeTransfer: 'giftcloud.transfer.resume',
  cancelTransfer: 'giftcloud.transfer.cancel',
  releaseTransfer: 'giftcloud.transfer.release',
  discardTransfer: 'giftcloud.transfer.discard',
  forgetTransfer: 'giftcloud.transfer.forget',
  showTransferReceipt: 'giftcloud.transfer.showReceipt',
  retryTransfers: 'giftcloud.queue.retry',
  pauseTransfers: 'giftcloud.queue.pause',
  resumeTransfers: 'giftcloud.queue.resume',
  clearTransfers: 'giftcloud.queue.clear',
  startListener: 'giftcloud.listener.start',
  stopListener: 'giftcloud.listener.stop',
  restartListener: 'giftcloud.listener.restart',
  testListener: 'giftcloud.listener.test',
  copySetup: 'giftcloud.listener.copySetup',
  listenerSettings: 'giftcloud.listener.openSettings',
  addNode: 'giftcloud.pacs.add',
  editNode: 'giftcloud.pacs.edit',
  removeNode: 'giftcloud.pacs.remove',
  echoNode: 'giftcloud.pacs.echo',
  nodeSettings: 'giftcloud.pacs.openSettings',
  lookUpPatient: 'giftcloud.patients.lookUp',
  exportPatientList: 'giftcloud.patients.exportList',
  importPatientList: 'giftcloud.patients.importList',
  setListPassword: 'giftcloud.patients.setListPassword',
  tryScript: 'giftcloud.script.try',
  showReport: 'giftcloud.report.show',
  saveReport: 'giftcloud.report.save',
  openSettings: 'giftcloud.settings.open',
  diagnose: 'giftcloud.connection.diagnose',
  openLog: 'giftcloud.log.show',
  startSandbox: 'giftcloud.sandbox.start',
  stopSandbox: 'giftcloud.sandbox.stop',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

/** Commands that need a row of the tree: they are not in the command palette. */
export const nodeCommands: readonly CommandId[] = [
  commands.loadMore,
  commands.retry,
  commands.refreshNode,
  commands.copyLabel,
  commands.download,
  commands.uploadHere,
  commands.retryTransfer,
  commands.pauseTransfer,
  commands.resumeTransfer,
  commands.cancelTransfer,
  commands.releaseTransfer,
  commands.discardTransfer,
  commands.forgetTransfer,
  commands.showTransferReceipt,
];

export const viewContainer = 'giftcloud';

export const views = {
  archive: 'giftcloud.archive',
  transfers: 'giftcloud.transfers',
  nodes: 'giftcloud.nodes',
} as const;

export const authenticationProvider = 'giftcloud';

export const contextKeys = {
  signedIn: 'giftcloud.signedIn',
  hasProjects: 'giftcloud.hasProjects',
  sandboxRunning: 'giftcloud.sandboxRunning',
  listening: 'giftcloud.listening',
  hasNodes: 'giftcloud.hasNodes',
  transfersGoOn: 'giftcloud.transfersGoOn',
  transfersPaused: 'giftcloud.transfersPaused',
  transfersDone: 'giftcloud.transfersDone',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const settingNames = {
  serverUrl: 'giftcloud.server.url',
  serverCaFile: 'giftcloud.server.caFile',
  defaultProject: 'giftcloud.upload.defaultProject',
  subjectPrefix: 'giftcloud.upload.subjectPrefix',
  subjectPrefixes: 'giftcloud.upload.subjectPrefixes',
  profile: 'giftcloud.deidentification.profile',
  profileFile: 'giftcloud.deidentification.profileFile',
  pageSize: 'giftcloud.tree.pageSize',
  downloadFolder: 'giftcloud.download.folder',
  includeProject: 'giftcloud.download.includeProject',
  includeSubject: 'giftcloud.download.includeSubject',
  listenerAeTitle: 'giftcloud.listener.aeTitle',
  listenerPort: 'giftcloud.listener.port',
  listenerBind: 'giftcloud.listener.bind',
  listenerCallers: 'giftcloud.listener.allowedCallers',
  listenerProject: 'giftcloud.listener.project',
  listenerAutostart: 'giftcloud.listener.autostart',
  listenerCertFile: 'giftcloud.listener.tlsCertFile',
  listenerKeyFile: 'giftcloud.listener.tlsKeyFile',
  listenerCaFile: 'giftcloud.listener.tlsCaFile',
  listenerPrivateClasses: 'giftcloud.listener.privateClasses',
  listenerQuota: 'giftcloud.listener.quotaGb',
  listenerQuiet: 'giftcloud.listener.quietSeconds',
  pacsNodes: 'giftcloud.pacs.nodes',
  jobsPerServer: 'giftcloud.transfers.jobsPerServer',
  keepFinished: 'giftcloud.transfers.keepFinishedDays',
  retention: 'giftcloud.transfers.retentionDays',
  retentionWarning: 'giftcloud.transfers.retentionWarningDays',
  patientListFolder: 'giftcloud.patientList.folder',
} as const;

/**
 * Settings that decide where patient data goes or how it is de-identified. A workspace file must not set them:
 * the manifest gives them the scope `application`, and `Settings` reads only what the user wrote.
 */
export const userOnlySettings: readonly string[] = [
  settingNames.serverUrl,
  settingNames.serverCaFile,
  settingNames.defaultProject,
  settingNames.subjectPrefix,
  settingNames.subjectPrefixes,
  settingNames.profile,
  settingNames.profileFile,
];

/** The same for what belongs to the machine that the extension runs on: scope `machine`, never a workspace's. */
export const machineSettings: readonly string[] = Object.values(settingNames).filter((name) =>
  /^giftcloud\.(listener|pacs|transfers|patientList)\./.test(name),
);

/** `contextValue` of the rows, used by the menus of the manifest. */
export const rowKinds = [
  'project',
  'subject',
  'experiment',
  'scan',
  'resource',
  'loadMore',
  'problem',
] as const;
