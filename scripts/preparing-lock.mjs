/** Lets one start at a time install and build in a clone: two at once would spoil each other's files. */
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const pollMs = 250;
const aliveMs = 3000;
/** A lock that was not touched for so long belongs to a start that was killed. */
const abandonedMs = 15_000;

/**
 * Waits until no other start prepares the clone at `root`, then takes its place.
 *
 * @param onWait called once where it has to wait @returns what gives the place up
 */
export async function takePreparingLock(root, onWait) {
  const path = join(root, ".preparing");
  for (let waited = false; ; ) {
    try {
      writeFileSync(path, "", { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (ageMs(path) > abandonedMs) {
      rmSync(path, { force: true });
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await new Promise((settle) => setTimeout(settle, pollMs));
  }
  const alive = setInterval(() => utimesSync(path, new Date(), new Date()), aliveMs);
  return () => {
    clearInterval(alive);
    rmSync(path, { force: true });
  };
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    // Given up in this moment: the next round takes it.
    return 0;
  }
}
