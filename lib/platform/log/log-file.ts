/** A log file that is rotated when it has grown large; a few earlier ones are kept. */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const largestBytes = 32 * 1024 * 1024;
/** Besides the current file: NAME.1, the newest of them, to NAME.4. */
const kept = 4;

export type LogFile = { write: (line: string) => void; close: () => void };

/** Readable by its owner alone. @param limitBytes lowered by tests */
export function openLogFile(path: string, limitBytes = largestBytes): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const open = () => openSync(path, "a", 0o600);
  let fd = open();
  let bytes = fstatSync(fd).size;
  const rotate = () => {
    closeSync(fd);
    for (let index = kept; index > 0; index--) {
      const earlier = index === 1 ? path : `${path}.${index - 1}`;
      if (existsSync(earlier)) renameSync(earlier, `${path}.${index}`);
    }
    fd = open();
    bytes = 0;
  };
  return {
    write(line) {
      if (bytes > limitBytes) rotate();
      try {
        bytes += writeSync(fd, `${line}\n`);
      } catch {
        // A full disk must not end the supervisor; the line is lost.
      }
    },
    close: () => closeSync(fd),
  };
}
