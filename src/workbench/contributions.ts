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
  createKey: 'giftcloud.key.create',
  showKeys: 'giftcloud.key.show',
  exportKey: 'giftcloud.key.export',
  importKey: 'giftcloud.key.import',
  rotateKey: 'giftcloud.key.rotate',
  agreeToKey: 'giftcloud.key.agree',
  showReceipt: 'giftcloud.receipt.show',
  tryScript: 'giftcloud.script.try',
  showReport: 'giftcloud.report.show',
  saveReport: 'giftcloud.report.save',
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
];

export const viewContainer = 'giftcloud';

export const views = { archive: 'giftcloud.archive' } as const;

export const authenticationProvider = 'giftcloud';

export const contextKeys = {
  signedIn: 'giftcloud.signedIn',
  hasProjects: 'giftcloud.hasProjects',
  sandboxRunning: 'giftcloud.sandboxRunning',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const settingNames = {
  serverUrl: 'giftcloud.server.url',
  serverCaFile: 'giftcloud.server.caFile',
  defaultProject: 'giftcloud.upload.defaultProject',
  subjectPrefix: 'giftcloud.upload.subjectPrefix',
  profile: 'giftcloud.deidentification.profile',
  profileFile: 'giftcloud.deidentification.profileFile',
  pageSize: 'giftcloud.tree.pageSize',
  downloadFolder: 'giftcloud.download.folder',
  includeProject: 'giftcloud.download.includeProject',
  includeSubject: 'giftcloud.download.includeSubject',
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
  settingNames.profile,
  settingNames.profileFile,
];

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
