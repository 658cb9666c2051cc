/** Records of one kind by key, with secondary indexes that follow every change. */
export class RecordTable<T> {
  private readonly records = new Map<string, T>();
  private readonly indexes: RecordIndex<T>[] = [];

  constructor(private readonly persist: (id: string, value: T | null) => void) {}

  get(id: string): T | undefined {
    return this.records.get(id);
  }

  values(): Iterable<T> {
    return this.records.values();
  }

  put(id: string, value: T): void {
    this.restore(id, value);
    this.persist(id, value);
  }

  /** Puts without writing to the journal: while loading. */
  restore(id: string, value: T): void {
    const old = this.records.get(id);
    this.records.set(id, value);
    for (const index of this.indexes) index.change(id, old, value);
  }

  delete(id: string): void {
    const old = this.records.get(id);
    if (old === undefined) return;
    this.records.delete(id);
    for (const index of this.indexes) index.change(id, old, undefined);
    this.persist(id, null);
  }

  /** An index under one or more keys a record; made before anything is loaded. */
  index(keysOf: (value: T) => readonly string[]): RecordIndex<T> {
    const index = new RecordIndex(this.records, keysOf);
    this.indexes.push(index);
    return index;
  }
}

export class RecordIndex<T> {
  private readonly ids = new Map<string, Set<string>>();

  constructor(
    private readonly records: ReadonlyMap<string, T>,
    private readonly keysOf: (value: T) => readonly string[],
  ) {}

  /** Records under a key, oldest first. */
  all(key: string): T[] {
    const found: T[] = [];
    for (const id of this.ids.get(key) ?? []) {
      const record = this.records.get(id);
      if (record !== undefined) found.push(record);
    }
    return found;
  }

  first(key: string): T | undefined {
    for (const id of this.ids.get(key) ?? []) return this.records.get(id);
    return undefined;
  }

  change(id: string, old: T | undefined, value: T | undefined): void {
    const before = old === undefined ? [] : this.keysOf(old);
    const after = value === undefined ? [] : this.keysOf(value);
    for (const key of before) if (!after.includes(key)) this.remove(key, id);
    for (const key of after) if (!before.includes(key)) this.add(key, id);
  }

  private add(key: string, id: string): void {
    const ids = this.ids.get(key);
    if (ids === undefined) this.ids.set(key, new Set([id]));
    else ids.add(id);
  }

  private remove(key: string, id: string): void {
    const ids = this.ids.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.ids.delete(key);
  }
}
