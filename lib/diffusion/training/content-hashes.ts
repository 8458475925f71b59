/** SHA-256 of files, kept beside a run so that continuing it need not read an unchanged data set again. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";

/** What a file system says of a file; where all of it is as before, so is the content. */
type Seen = {
  readonly size: string;
  /** In nanoseconds. A file that is replaced or written to gets a new change time, which no program can set. */
  readonly changed: string;
  readonly modified: string;
  readonly inode: string;
  readonly sha256: string;
};

/** Changes within the clock's grain of a file's change time leave no trace in it; what is older than this is settled. */
const settledAfterMs = 2000;

/** Files that are read at a time. */
const atOnce = 4;

export class ContentHashes {
  readonly #path: string;
  readonly #known: Map<string, Seen>;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(path: string, known: Map<string, Seen>) {
    this.#path = path;
    this.#known = known;
  }

  /** @param path where the hashes are kept; a file that is not there or damaged counts as empty */
  static async open(path: string): Promise<ContentHashes> {
    const known = await readFile(path, "utf8")
      .then((text) => new Map(Object.entries(JSON.parse(text) as Record<string, Seen>)))
      // After a power cut it may be half a file.
      .catch(() => new Map<string, Seen>());
    return new ContentHashes(path, known);
  }

  /** @throws what the file system throws where the file cannot be read */
  async of(path: string): Promise<string> {
    if (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await this.#find(path);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #find(path: string): Promise<string> {
    const now = await describe(path);
    const known = this.#known.get(path);
    if (known && isSame(known, now)) return known.sha256;
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
    const sha256 = hash.digest("hex");
    const after = await describe(path);
    const isSettled = Date.now() - Number(BigInt(after.changed) / 1_000_000n) > settledAfterMs;
    if (isSettled && isSame(after, now)) this.#known.set(path, { ...after, sha256 });
    else this.#known.delete(path);
    return sha256;
  }

  async save(): Promise<void> {
    await writeFile(`${this.#path}.partial`, JSON.stringify(Object.fromEntries(this.#known)));
    await rename(`${this.#path}.partial`, this.#path);
  }
}

async function describe(path: string): Promise<Omit<Seen, "sha256">> {
  const { size, ctimeNs, mtimeNs, ino } = await stat(path, { bigint: true });
  return { size: String(size), changed: String(ctimeNs), modified: String(mtimeNs), inode: String(ino) };
}

function isSame(a: Omit<Seen, "sha256">, b: Omit<Seen, "sha256">): boolean {
  return a.size === b.size && a.changed === b.changed && a.modified === b.modified && a.inode === b.inode;
}
