/** A file of weights, read at given positions, with errors that name it. */
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";

/** The error for a file that claims something that cannot be. `what` is a sentence without the file's name. */
export function damagedFileError(fileName: string, what: string, cause?: unknown): SemblanceError {
  return new SemblanceError("invalid_file", `${fileName}: ${printable(what)}`, {
    remedy:
      "The file may be incomplete or damaged. Download or export it again and compare its size and hash.",
    cause,
  });
}

/** Names out of a file may be long or hold control characters: cuts the end and shows the latter as escapes. */
export function printable(text: string): string {
  const kept = text.length > 400 ? `${text.slice(0, 400)}…` : text;
  return kept.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export class CheckpointFile {
  /** Base name, for messages. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly handle: FileHandle;

  private constructor(name: string, sizeBytes: number, handle: FileHandle) {
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.handle = handle;
  }

  /**
   * Opens a file for reading.
   *
   * @throws SemblanceError not_found if there is none, invalid_file if it is a folder or may not be read.
   */
  static async open(path: string): Promise<CheckpointFile> {
    const name = basename(path);
    let handle: FileHandle;
    try {
      handle = await open(path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") {
        throw new SemblanceError("not_found", `There is no checkpoint file ${name}.`, {
          remedy: "Check the path; it may be relative to another folder.",
          cause: error,
        });
      }
      throw new SemblanceError("invalid_file", `${name} cannot be opened.`, {
        remedy: "Check that this account may read the file.",
        cause: error,
      });
    }
    const stats = await handle.stat();
    if (!stats.isFile()) {
      await handle.close();
      throw new SemblanceError("invalid_file", `${name} is not a file.`, {
        remedy: "Give the path of one checkpoint file (.pt or .safetensors).",
      });
    }
    return new CheckpointFile(name, stats.size, handle);
  }

  /**
   * Fills `target` with the bytes from `position` on.
   *
   * @throws SemblanceError invalid_file if the file ends before.
   */
  async readInto(target: Uint8Array, position: number): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      const length = Math.min(target.length - filled, largestReadBytes);
      const { bytesRead } = await this.handle.read(target, filled, length, position + filled);
      if (bytesRead === 0) throw damagedFileError(this.name, "it ends in the middle of its data.");
      filled += bytesRead;
    }
  }

  /** At most `length` bytes from `position` on, fewer where the file ends. */
  async readUpTo(length: number, position: number): Promise<Buffer<ArrayBuffer>> {
    const available = Math.max(0, Math.min(length, this.sizeBytes - position));
    const bytes = Buffer.alloc(available);
    await this.readInto(bytes, position);
    return bytes;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** One read call takes fewer than 2^31 bytes. */
const largestReadBytes = 2 ** 30;
