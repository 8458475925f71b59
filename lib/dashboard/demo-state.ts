/** Whether this installation has the demo, never wanted it, or removed it. */
import { z } from "zod";
import { db } from "@/lib/platform/database/db";

const key = "demo";

/**
 * absent: nothing was decided yet. installing: an installation began and did not end. installed, removed; declined:
 * the first start was `npm start -- --empty`, or found a data folder in use.
 */
export const demoStates = ["absent", "installing", "installed", "removed", "declined"] as const;
export type DemoState = (typeof demoStates)[number];

const stored = z.object({ state: z.enum(demoStates) });

export async function getDemoState(): Promise<DemoState> {
  const row = await db.setting.findUnique({ where: { key } });
  return row ? stored.parse(row.value).state : "absent";
}

export async function setDemoState(state: DemoState): Promise<void> {
  await db.setting.upsert({
    where: { key },
    create: { key, value: { state } },
    update: { value: { state } },
  });
}
