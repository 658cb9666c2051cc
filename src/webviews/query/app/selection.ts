/** The rows that are chosen, and the one that has the focus; as in the lists of the editor. Knows nothing of the page. */
export class Selection {
  private readonly ids = new Set<number>();
  /** Where a range begins. */
  private anchor: number | undefined;
  private at: number | undefined;

  get size(): number {
    return this.ids.size;
  }

  get chosen(): readonly number[] {
    return [...this.ids];
  }

  /** The row that has the focus. */
  get active(): number | undefined {
    return this.at;
  }

  has(id: number): boolean {
    return this.ids.has(id);
  }

  clear(): void {
    this.ids.clear();
    this.anchor = undefined;
    this.at = undefined;
  }

  /** Moves the focus and chooses nothing. */
  focus(id: number): void {
    this.at = id;
  }

  /** Chooses one row alone. */
  only(id: number): void {
    this.ids.clear();
    this.ids.add(id);
    this.anchor = this.at = id;
  }

  /** Adds a row to what is chosen, or takes it out. */
  toggle(id: number): void {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.anchor = this.at = id;
  }

  /** Chooses everything from where the last choice began. @param shown all rows in the order in which they are shown. */
  extend(id: number, shown: readonly number[]): void {
    const from = this.anchor === undefined ? 0 : Math.max(0, shown.indexOf(this.anchor));
    const to = shown.indexOf(id);
    if (to < 0) return;
    this.anchor ??= shown[0];
    this.ids.clear();
    for (const each of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) this.ids.add(each);
    this.at = id;
  }

  all(shown: readonly number[]): void {
    for (const id of shown) this.ids.add(id);
    this.at ??= shown[0];
  }

  none(): void {
    this.ids.clear();
  }
}
