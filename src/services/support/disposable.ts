export interface DisposableLike {
  dispose(): void;
}

/** Base of everything that holds something: register where you create, disposed in reverse order. */
export abstract class Disposable implements DisposableLike {
  private readonly owned: DisposableLike[] = [];
  private disposed = false;

  protected register<T extends DisposableLike>(item: T): T {
    if (this.disposed) item.dispose();
    else this.owned.push(item);
    return item;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const item of this.owned.reverse()) item.dispose();
    this.owned.length = 0;
  }
}
