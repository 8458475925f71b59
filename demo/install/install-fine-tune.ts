/** Puts a fine-tune of the demo into the database as one that has ended, with its loss curve. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import type { DemoPack } from "./pack";

/** @throws SemblanceError `invalid_file` for a curve that is none; the database's error for a name in use */
export async function installFineTune(
  { name, part, dataset, start, settings, curve }: DemoPack["fineTunes"][number],
  { ids, folder }: { ids: ReadonlyMap<string, string>; folder: string },
): Promise<string> {
  const existing = await db.fineTune.findUnique({ where: { name } });
  if (existing?.isDemo) return existing.id;
  const losses = readCurve(await readFile(join(folder, curve), "utf8"), curve);
  const steps = losses.at(-1)!.step;
  return db.$transaction(async (transaction) => {
    const now = new Date();
    const { id } = await transaction.fineTune.create({
      data: {
        name,
        part,
        datasetId: ids.get(dataset)!,
        startCheckpointId: ids.get(start)!,
        settings,
        state: "SUCCEEDED",
        step: steps,
        totalSteps: steps,
        isDemo: true,
        startedAt: now,
        finishedAt: now,
      },
    });
    // The curve that ships has no gradient norms: they are stored as no number, which Prisma itself cannot send.
    await transaction.$executeRaw`
      INSERT INTO "LossPoint" ("fineTuneId", "step", "loss", "gradientNorm", "learningRate")
      VALUES ${Prisma.join(
        losses.map(
          ({ step, loss }) =>
            Prisma.sql`(${id}::uuid, ${step}, ${loss}, 'NaN'::double precision, ${settings.learningRate})`,
        ),
      )}`;
    await transaction.logLine.create({
      data: {
        fineTuneId: id,
        message:
          "Trained when the demo was made, not on this machine; its curve has one point for several steps, the mean of their losses.",
      },
    });
    return id;
  });
}

/** A line may come twice where the training was interrupted: the last one counts. */
function readCurve(text: string, file: string): { step: number; loss: number }[] {
  const points = new Map<number, number>();
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [step, loss] = line.split(",").map(Number);
    if (!Number.isInteger(step) || !Number.isFinite(loss)) throw damaged(file);
    points.set(step!, loss!);
  }
  if (points.size === 0) throw damaged(file);
  return [...points].sort(([a], [b]) => a - b).map(([step, loss]) => ({ step, loss }));
}

function damaged(file: string): SemblanceError {
  return new SemblanceError("invalid_file", `The demo's ${file} is no loss curve.`, {
    remedy: "Check out the repository anew, or start without the demo: npm start -- --empty",
  });
}
