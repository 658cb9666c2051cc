import type { Services, ServicesOptions } from '../services/createServices.js';
import { Disposable } from '../services/support/disposable.js';

/** The services, loaded at first use: activation pays for the tree alone. */
export class LazyServices extends Disposable {
  private loading: Promise<Services> | undefined;

  constructor(private readonly options: ServicesOptions) {
    super();
  }

  get(): Promise<Services> {
    this.loading ??= this.load();
    return this.loading;
  }

  private async load(): Promise<Services> {
    const { createServices } = await import('../services/createServices.js');
    // Loading takes as long as an extension may hold up the others: they get their turn before the first use.
    await new Promise(setImmediate);
    return this.register(createServices(this.options));
  }
}
