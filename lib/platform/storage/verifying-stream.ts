/** Passes bytes on and fails at their end where they do not have the expected hash. */
import { createHash } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import { SemblanceError } from "@/lib/errors";

export class VerifyingStream extends Transform {
  readonly #hash = createHash("sha256");
  readonly #expected: string;

  /** @param expected SHA-256 in hex; the name of the blob */
  constructor(source: Readable, expected: string) {
    super();
    this.#expected = expected;
    source.on("error", (error) => this.destroy(error));
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: (error: Error | null) => void): void {
    const intact = this.#hash.digest("hex") === this.#expected;
    done(intact ? null : toDamageError(this.#expected));
  }
}

function toDamageError(sha256: string): SemblanceError {
  return new SemblanceError("invalid_file", `The blob ${sha256} was changed or damaged on disk.`, {
    remedy: "Restore the data folder from a backup, or import the file again.",
  });
}
