/** Finds paths as people write them: exactly, or in other letter case where only one can be meant. */

export class PathIndex {
  readonly #exact: ReadonlySet<string>;
  /** By the last part, in lower case; made when it is first needed. */
  #byLastPart: Map<string, string[]> | undefined;
  /** By the path in lower case: the only one, or all of them. */
  readonly #byFolded = new Map<string, string | Set<string>>();

  constructor(paths: readonly string[]) {
    const composed = paths.map((path) => path.normalize("NFC"));
    this.#exact = new Set(composed);
    for (const path of composed) {
      const folded = path.toLowerCase();
      const known = this.#byFolded.get(folded);
      // A set for each path would take more memory than the paths.
      if (known === undefined) this.#byFolded.set(folded, path);
      else if (known instanceof Set) known.add(path);
      else if (known !== path) this.#byFolded.set(folded, new Set([known, path]));
    }
  }

  /** The path in NFC, or null where there is none, or several that differ from `path` in letter case alone. */
  find(path: string): string | null {
    const composed = path.normalize("NFC");
    if (this.#exact.has(composed)) return composed;
    const known = this.#byFolded.get(composed.toLowerCase());
    return typeof known === "string" ? known : null;
  }

  /** Those in a folder, whose name ends in "/", and in its subfolders. */
  below(folder: string): string[] {
    const composed = folder.normalize("NFC");
    return [...this.#exact].filter((path) => path.startsWith(composed));
  }

  /** The only path that ends in the parts of `end`, in NFC; null where none does, or several do. */
  findByEnd(end: string): string | null {
    const folded = `/${end.normalize("NFC").toLowerCase()}`;
    const ending = (this.#lastParts().get(lastPart(folded)) ?? []).filter((path) =>
      `/${path.toLowerCase()}`.endsWith(folded),
    );
    return ending.length === 1 ? ending[0]! : null;
  }

  #lastParts(): Map<string, string[]> {
    if (this.#byLastPart) return this.#byLastPart;
    const byPart = new Map<string, string[]>();
    for (const path of this.#exact) {
      const part = lastPart(path.toLowerCase());
      const known = byPart.get(part);
      if (known) known.push(path);
      else byPart.set(part, [path]);
    }
    this.#byLastPart = byPart;
    return byPart;
  }

  /**
   * Pairs each of `named`, in NFC, with one path. What meets exactly is not given away to another letter case.
   *
   * @returns the paths by `named`; those that have none are missing
   */
  partners(named: readonly string[]): Map<string, string> {
    const others = new Set(named);
    const pairs = new Map<string, string>();
    for (const other of others) if (this.#exact.has(other)) pairs.set(other, other);
    const taken = new Set(pairs.values());
    const left = [...others].filter((other) => !pairs.has(other));
    const rivals = new Map<string, number>();
    for (const other of left) rivals.set(other.toLowerCase(), (rivals.get(other.toLowerCase()) ?? 0) + 1);
    for (const other of left) {
      const known = this.#byFolded.get(other.toLowerCase()) ?? [];
      const free = (typeof known === "string" ? [known] : [...known]).filter((path) => !taken.has(path));
      if (rivals.get(other.toLowerCase()) === 1 && free.length === 1) pairs.set(other, free[0]!);
    }
    return pairs;
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
