/** After the browser tests: their data folder goes. */
import { rmSync } from "node:fs";

export default function removeData(): void {
  const folder = process.env.SEMBLANCE_DATA;
  // Only what the configuration made itself: a folder given by hand is kept for looking at.
  if (folder?.includes("semblance-browser-tests-")) rmSync(folder, { recursive: true, force: true });
}
