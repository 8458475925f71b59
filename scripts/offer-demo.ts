/** Puts the demo into a data folder that nobody has used yet. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getDemoState, setDemoState } from "@/lib/dashboard/demo-state";
import { removeDemo } from "@/lib/dashboard/remove-demo";
import { dataPaths } from "@/lib/env";
import { demoNoisedClip } from "@/lib/metrics/weights/demo-noised-clip";
import { findInstalledWeights } from "@/lib/metrics/weights/weight-folder";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { db } from "@/lib/platform/database/db";

const packFolder = fileURLToPath(new URL("../demo/pack", import.meta.url));

export type DemoOffer = {
  /** `--empty`: do without, now and at later starts. */
  empty: boolean;
  signal: AbortSignal;
  folder?: string;
  say?: (line: string) => void;
};

/**
 * Decides once per data folder, and keeps to it. An installation that was cut short is taken up again; one that fails is
 * reported, and Semblance starts without it. Where the pack has not been built, there is nothing to decide.
 */
export async function offerDemo({
  empty,
  signal,
  folder = packFolder,
  say = console.log,
}: DemoOffer): Promise<void> {
  const state = await getDemoState();
  if (state === "removed" || state === "declined") return;
  if (state === "installed" && empty) say("Demo: already installed. `npx semblance reset` removes it.");
  if (state === "installed" && (empty || (await hasAllOfDemo()))) return;
  if (empty) {
    if (state === "installing") await removeDemo("npm start");
    return setDemoState("declined");
  }
  if (state === "absent" && (await isUsed())) {
    say(
      "Demo: not installed, because this data folder already contains your work. `npm start -- --data demo-data` shows it.",
    );
    return setDemoState("declined");
  }
  // Loaded only now: every later start would wait for it in vain.
  const { packFile } = await import("@/demo/install/pack");
  if (!existsSync(join(folder, packFile))) return;
  say(
    state === "installed"
      ? "Demo: adding what an earlier version did not have …"
      : "Demo: installing an example, once (`npm start -- --empty` skips it) …",
  );
  const startedAt = Date.now();
  try {
    const { installDemo } = await import("@/demo/install/install-demo");
    await installDemo(folder, { signal, onStage: (stage) => say(`  ${stage}`) });
    say(`  Ready after ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  } catch (thrown) {
    if (signal.aborted) return;
    const { message, remedy } = toPlatformError(thrown);
    say(`  The demo could not be installed: ${message} ${remedy ?? ""}`);
    say("  Semblance starts without it; the next start tries again.");
  }
}

/** Whether the demo is as this version installs it; earlier ones had no noised CLIP. */
async function hasAllOfDemo(): Promise<boolean> {
  return (await findInstalledWeights(dataPaths().weights, demoNoisedClip.name)) !== null;
}

async function isUsed(): Promise<boolean> {
  const own = { where: { isDemo: false } };
  const counts = await Promise.all([db.dataset.count(own), db.checkpoint.count(own), db.study.count(own)]);
  return counts.some((count) => count > 0);
}
