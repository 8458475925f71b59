/** Which servers run from this clone: each leaves a note with its data folder, so that commands find it. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findRunningServer, type ServerStatus } from "./server-beacon";

const notesFolder = (cloneFolder: string) => join(cloneFolder, ".running");

/**
 * Leaves a note that a server runs with a data folder; without effect where the clone cannot be written.
 *
 * @returns removes the note
 */
export function noteRunningServer(cloneFolder: string, dataFolder: string): () => void {
  const name = createHash("sha256").update(dataFolder).digest("hex").slice(0, 16);
  const path = join(notesFolder(cloneFolder), name);
  try {
    mkdirSync(notesFolder(cloneFolder), { recursive: true });
    writeFileSync(path, dataFolder);
  } catch {
    // Commands then need --data, as they do from another clone.
  }
  return () => {
    try {
      rmSync(path, { force: true });
    } catch {
      // The clone cannot be written any more.
    }
  };
}

/** The servers of this clone that answer. Notes of servers whose data folder is gone are removed. */
export async function findRunningServers(cloneFolder: string): Promise<ServerStatus[]> {
  const running: ServerStatus[] = [];
  for (const path of listNotes(cloneFolder)) {
    try {
      const dataFolder = readFileSync(path, "utf8");
      const status = await findRunningServer(dataFolder);
      if (status) running.push(status);
      // A server that is too busy to answer is found again later.
      else if (!existsSync(dataFolder)) rmSync(path, { force: true });
    } catch {
      // Removed in this moment by the server that ended, or in a clone that cannot be written.
    }
  }
  return running;
}

function listNotes(cloneFolder: string): string[] {
  try {
    return readdirSync(notesFolder(cloneFolder)).map((name) => join(notesFolder(cloneFolder), name));
  } catch {
    return [];
  }
}
