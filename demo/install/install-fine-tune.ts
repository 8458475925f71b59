/** Puts a fine-tune of the demo into the database as one that has ended, with its loss curve. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { storeFinalLoss } from "@/lib/fine-tunes/final-loss";
import { Prisma } from "@/lib/generated/prisma/client";
import { db } from "@/lib/platform/database/db";
import type { DemoPack } from "./pack";

/** @throws SemblanceError `invalid_file` for a curve that is none; the database's error for a name in use */
export async function installFineTune(
  { name, part, dataset, start, phases }: DemoPack["fineTunes"][number],
  { ids, folder }: { ids: ReadonlyMap<string, string>; folder: string },
): Promise<string> {
  const existing = await db.fineTune.findUnique({ where: { name } });
  if (existing?.isDemo) return existing.id;
  let steps = 0;
  let losses: LossPoint[] = [];
  for (const { settings, curve } of phases) {
    const before = steps;
    // Phases weigh the steps of diffusion differently, so that their losses cannot be compared: the last one's stay.
    losses = readCurve(await readFile(join(folder, curve), "utf8"), curve).map(({ step, loss }) => ({
      step: before + step,
      loss,
      learningRate: settings.learningRate,
    }));
    steps = losses.at(-1)!.step;
  }
  const epochs = phases.reduce((sum, { settings }) => sum + settings.epochs, 0);
  const fineTuneId = await db.$transaction(async (transaction) => {
    const { id } = await transaction.fineTune.create({
      data: {
        name,
        part,
        datasetId: ids.get(dataset)!,
        startCheckpointId: ids.get(start)!,
        settings: { ...phases.at(-1)!.settings, epochs },
        state: "SUCCEEDED",
        step: steps,
        totalSteps: steps,
        isDemo: true,
        finishedAt: new Date(),
      },
    });
    // The curve that ships has no gradient norms: they are stored as no number, which Prisma itself cannot send.
    await transaction.$executeRaw`
      INSERT INTO "LossPoint" ("fineTuneId", "step", "loss", "gradientNorm", "learningRate")
      VALUES ${Prisma.join(
        losses.map(
          ({ step, loss, learningRate }) =>
            Prisma.sql`(${id}::uuid, ${step}, ${loss}, 'NaN'::double precision, ${learningRate})`,
        ),
      )}`;
    await transaction.logLine.createMany({
      data: [
        "Trained when the demo was made, not on this machine; its curve has one point for several steps, the mean of their losses.",
        ...phasesToLines(phases),
      ].map((message) => ({ fineTuneId: id, message })),
    });
    return id;
  });
  await storeFinalLoss(fineTuneId, { step: steps, totalSteps: steps });
  return fineTuneId;
}

type LossPoint = { readonly step: number; readonly loss: number; readonly learningRate: number };

/** What changed from phase to phase; the run's settings are those of the last one. */
function phasesToLines(phases: DemoPack["fineTunes"][number]["phases"]): string[] {
  if (phases.length === 1) return [];
  const lines = phases.map(
    ({ settings: { epochs, learningRate, minSnrGamma, snrFloor } }, index) =>
      `Phase ${index + 1} of ${phases.length}: ${epochs} epochs, learning rate ${learningRate}, min-SNR γ ${minSnrGamma}, SNR floor ${snrFloor}.`,
  );
  return [...lines, "The curve is the last phase's: the phases weigh their losses differently."];
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
