/**
 * The events of a training as lines of a file in its folder. What a killed process had told nobody yet, or nobody had
 * stored yet, is read there when the run is resumed.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const journalName = "events.jsonl";

/**
 * Returns once the system has the line: it survives the death of this process.
 *
 * @param directory is made where it is missing: the first lines come before the run's own files
 */
export function appendToJournal(directory: string, event: object): void {
  mkdirSync(directory, { recursive: true });
  appendFileSync(join(directory, journalName), `${JSON.stringify(event)}\n`);
}

/** Hands every event of an earlier attempt to `store`, in order, and then forgets them. */
export async function replayJournal<Event>(
  directory: string,
  store: (event: Event) => Promise<void>,
): Promise<void> {
  const path = join(directory, journalName);
  if (!existsSync(path)) return;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const event = parseLine<Event>(line);
    if (event) await store(event);
  }
  rmSync(path);
}

/** Null for the empty last line, and for one that the process died in the middle of. */
function parseLine<Event>(line: string): Event | null {
  try {
    return JSON.parse(line) as Event;
  } catch {
    return null;
  }
}
