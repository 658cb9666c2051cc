import { EventEmitter, l10n, workspace, type Event } from 'vscode';
import type { ReceptionSettings, ReceptionStatus } from '../services/reception/types.js';
import type { SpoolUse } from '../services/spool/types.js';
import { Disposable } from '../services/support/disposable.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { Account } from './accountStore.js';
import type { BackgroundTransfers } from './backgroundTransfers.js';
import type { Connection, Session } from './connection.js';
import { settingNames } from './contributions.js';
import { destinationIn } from './destination.js';
import { listenerSettings, setListenerProject } from './dicomSettings.js';
import type { Dialogs } from './dialogs.js';
import type { KeyDesk } from './keyDesk.js';
import { listenerOptions } from './pacsConnection.js';
import { pickProject } from './projectPick.js';
import type { Settings } from './settings.js';
import type { SignIn } from './signIn.js';
import { Throttled } from './throttled.js';
import type { Transfers } from './transfers.js';
import { requireTrust } from './trust.js';

/** Open associations have so long to come to their end. */
const drainMs = 30_000;

/** What the status bar and the view DICOM Nodes show of the listener. */
export interface ListenerView {
  /** `elsewhere`: another window or program has the lead of the queue; ours begins when it ends. */
  readonly state: ReceptionStatus['state'] | 'elsewhere';
  /** Somebody set it up once. */
  readonly configured: boolean;
  readonly reception: ReceptionStatus | undefined;
}

/** Settings that a listener which runs takes over at once. */
const followed: readonly string[] = [
  'giftcloud.listener',
  settingNames.pacsNodes,
  settingNames.profile,
  settingNames.profileFile,
  settingNames.subjectPrefix,
  settingNames.subjectPrefixes,
];

/** The DICOM listener of this window: it runs while somebody wants it and the window leads the queue. */
export class ListenerDesk extends Disposable {
  private readonly changed = this.register(new EventEmitter<void>());
  /** A few times a second at most. */
  readonly onDidChange: Event<void> = this.changed.event;
  private readonly change = this.register(new Throttled(() => this.changed.fire()));
  private wanted = false;
  /** By a person, who does not want it to start by itself with the next sign-in. */
  private wasStopped = false;
  /** Somebody else had the lead when it was looked last. */
  private isElsewhere = false;
  private followed = false;
  private status: ReceptionStatus | undefined;
  /** Whose jobs the received data becomes; also after a sign-out: scanners go on to send. */
  private account: Account | undefined;

  /** @param run runs an action as a command runs: logged, and with its failure shown. Never rejects. */
  constructor(
    private readonly transfers: Transfers,
    private readonly background: BackgroundTransfers,
    private readonly connection: Connection,
    private readonly signIn: SignIn,
    private readonly settings: Settings,
    private readonly keys: KeyDesk,
    private readonly dialogs: Dialogs,
    private readonly run: (name: string, action: () => Promise<unknown>) => Promise<void>,
  ) {
    super();
    this.register(background.onDidChangeLead(() => this.applyQuietly()));
    this.register(connection.onDidChangeSession(() => this.useSession()));
    this.register(
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingNames.listenerAutostart)) this.wasStopped = false;
        if (!followed.some((name) => event.affectsConfiguration(name))) return;
        this.change.trigger();
        this.applyQuietly();
      }),
    );
    void connection.restored.then(() => this.useSession());
  }

  get view(): ListenerView {
    const { status } = this;
    const waits = this.wanted && workspace.isTrusted && this.background.lead === undefined;
    return {
      state: waits ? (this.isElsewhere ? 'elsewhere' : 'starting') : (status?.state ?? 'stopped'),
      configured: listenerSettings().project !== '',
      reception: status,
    };
  }

  /** What lies in the spool; nothing is loaded to know it. */
  async spoolUse(): Promise<SpoolUse | undefined> {
    return this.transfers.isOpen ? (await this.transfers.open()).spool.use() : undefined;
  }

  /** Asks for what is missing, and listens. @throws those of the listener; KEY_MISSING, SCHEME_MISMATCH; CANCELLED */
  async start(): Promise<void> {
    await requireTrust(workspace.isTrusted, this.dialogs);
    const session = await this.signIn.require();
    this.wasStopped = false;
    this.account = session.account;
    if (listenerSettings().project === '') await this.askProject();
    await this.requireKey(session);
    this.want();
    if (this.background.lead) await this.apply();
    else if (await this.lookElsewhere()) void this.tellElsewhere();
  }

  async stop(): Promise<void> {
    this.wanted = false;
    this.wasStopped = true;
    this.change.trigger();
    if (this.status) await (await this.transfers.open()).reception.stop(drainMs);
    // It may have been started again meanwhile.
    this.background.want(this.wanted);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private want(): void {
    this.wanted = true;
    this.background.want(true);
    this.change.trigger();
  }

  private async lookElsewhere(): Promise<boolean> {
    const isLed = await (await this.transfers.queue()).isLed();
    this.isElsewhere = isLed && this.background.lead === undefined;
    this.change.trigger();
    return this.isElsewhere;
  }

  /** Before anything comes that could not be sent. A server that is away for a moment keeps nobody from listening. */
  private async requireKey(session: Session): Promise<void> {
    const services = await this.transfers.open();
    try {
      await this.keys.require(services, await session.archive(), listenerSettings().project);
    } catch (error) {
      if (!GiftCloudError.is(error) || !error.retryable) throw error;
    }
  }

  private async askProject(): Promise<void> {
    const archive = await this.connection.session?.archive();
    if (archive === undefined) return;
    const project = await pickProject(archive, this.settings.defaultProject, this.dialogs, {
      title: l10n.t('Start the DICOM Listener'),
      placeholder: l10n.t('Project that received data goes to'),
    });
    await setListenerProject(project);
  }

  private useSession(): void {
    const account = this.connection.session?.account;
    if (account === undefined) return;
    this.account = account;
    const { autostart, project } = listenerSettings();
    if (autostart && project !== '' && !this.wanted && !this.wasStopped) {
      this.want();
      void this.lookElsewhere();
    }
    this.applyQuietly();
  }

  /** Where nobody waits for the outcome. */
  private applyQuietly(): void {
    this.change.trigger();
    if (this.wanted && this.background.lead) void this.run('listener', () => this.apply());
  }

  private async apply(): Promise<void> {
    const { lead } = this.background;
    if (lead === undefined) return;
    const { reception } = await this.transfers.open();
    if (!this.followed) {
      this.followed = true;
      const note = (): void => {
        this.status = reception.status;
        this.change.trigger();
      };
      this.register(reception.onDidChange(note));
      this.register({ dispose: () => void reception.stop() });
    }
    await reception.start(await this.receptionSettings(), lead);
  }

  private async receptionSettings(): Promise<ReceptionSettings> {
    const { account } = this;
    const settings = listenerSettings();
    if (account === undefined || settings.project === '') {
      throw new GiftCloudError('USAGE', l10n.t('The DICOM listener has no project to send to.'), {
        hint: l10n.t('Set giftcloud.listener.project.'),
      });
    }
    const services = await this.transfers.open();
    return {
      listener: await listenerOptions(settings),
      destination: await destinationIn(
        { server: account.serverUrl, user: account.userName, project: settings.project },
        services,
        this.settings,
      ),
    };
  }

  private async tellElsewhere(): Promise<void> {
    await this.dialogs.notify(
      'info',
      l10n.t(
        'Another window or program runs the transfers of this machine, and may listen. The listener of this window starts when it ends.',
      ),
      [],
    );
  }
}
