/** A file that one process writes while another one hands it out. */
import { open } from "node:fs/promises";

const pieceBytes = 2 ** 16;

export class GrowingFile {
  #path = "";
  #bytes = 0;
  #isWhole = false;
  #failure: { readonly error: unknown } | null = null;
  #wake = () => {};
  #changed = this.#nextChange();

  /** So many bytes of it are as they will stay. */
  grew(path: string, bytes: number): void {
    this.#path = path;
    this.#bytes = bytes;
    this.#change();
  }

  /** It grows no more. */
  end(): void {
    this.#isWhole = true;
    this.#change();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#change();
  }

  /**
   * When the first bytes can be read.
   *
   * @returns its size; null while it still grows
   * @throws what it failed with before
   */
  async begun(): Promise<number | null> {
    while (this.#bytes === 0 && !this.#isWhole) await this.#nextState();
    return this.#isWhole ? this.#bytes : null;
  }

  /** @throws what it fails with */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    await this.begun();
    const file = await open(this.#path);
    try {
      for (let at = 0; ; ) {
        if (at < this.#bytes) {
          const piece = new Uint8Array(Math.min(pieceBytes, this.#bytes - at));
          const { bytesRead } = await file.read(piece, 0, piece.length, at);
          at += bytesRead;
          yield piece.subarray(0, bytesRead);
        } else if (this.#isWhole) return;
        else await this.#nextState();
      }
    } finally {
      await file.close();
    }
  }

  async #nextState(): Promise<void> {
    if (this.#failure === null) await this.#changed;
    if (this.#failure !== null) throw this.#failure.error;
  }

  #change(): void {
    const wake = this.#wake;
    this.#changed = this.#nextChange();
    wake();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
