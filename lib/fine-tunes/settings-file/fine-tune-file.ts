/** A fine-tune of this installation as a settings file, and a settings file as a fine-tune of this installation. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import {
  findNamedCheckpoint,
  findNamedDataset,
  lookUp,
  nameCheckpoint,
  nameDataset,
  type OnDoubt,
} from "@/lib/settings-files/named-content";
import { fineTuneSettings } from "../../diffusion/training/fine-tune-settings";
import type { startFineTuneInput } from "../fine-tune-fields";
import { runEvaluation } from "../run-evaluation";
import type { SettingsFile } from "./settings-file";

type FineTuneInput = z.output<typeof startFineTuneInput>;
type CompleteFile = SettingsFile & Pick<FineTuneInput, "settings">;

/** Of these datasets, the revision that the run has; absent: the newest. */
type Revisions = { readonly learned?: number; readonly evaluated?: number };

export async function toSettingsFile(
  { name, part, datasetId, startCheckpointId, settings, evaluation }: FineTuneInput,
  { learned, evaluated }: Revisions = {},
): Promise<CompleteFile> {
  return {
    name,
    part: part === "BASE" ? "base" : "upsampler",
    dataset: await nameDataset(datasetId, learned),
    start: startCheckpointId === null ? null : await nameCheckpoint(startCheckpointId),
    settings,
    ...(evaluation === null ? {} : { evaluation: await nameEvaluation(evaluation, evaluated) }),
  };
}

async function nameEvaluation(
  { datasetId, otherPartId, ...evaluation }: NonNullable<FineTuneInput["evaluation"]>,
  revision?: number,
) {
  return {
    ...evaluation,
    dataset: datasetId === null ? null : await nameDataset(datasetId, revision),
    otherPart: otherPartId === null ? null : await nameCheckpoint(otherPartId),
  };
}

/** @throws SemblanceError `not_found` */
export async function settingsFileOf(fineTuneId: string): Promise<CompleteFile> {
  const row = await db.fineTune.findUnique({ where: { id: fineTuneId } });
  if (!row) throw new SemblanceError("not_found", "There is no such fine-tune.");
  return toSettingsFile(
    {
      ...row,
      settings: fineTuneSettings.parse(row.settings),
      evaluation: row.evaluation === null ? null : runEvaluation.parse(row.evaluation),
    },
    { learned: row.datasetRevision, evaluated: row.evaluatedRevision ?? undefined },
  );
}

/** What a file says as far as it says it. An empty id of the start stands for a model that is not here. */
export type FineTuneOfFile = Partial<
  Pick<FineTuneInput, "name" | "part" | "datasetId" | "startCheckpointId">
> & {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly evaluation?: FineTuneInput["evaluation"];
};

/**
 * @param onDoubt is told of every dataset or model that is not here, or has other contents here. Whoever wants no such
 *   fine-tune throws. Otherwise the first are left out, and the others taken by their name.
 */
export async function fromSettingsFile(
  { name, part, dataset, start, settings, evaluation }: SettingsFile,
  onDoubt: OnDoubt,
): Promise<FineTuneOfFile> {
  const datasetId = await lookUp(dataset, findNamedDataset, onDoubt);
  const startCheckpointId = await lookUp(start, findNamedCheckpoint, onDoubt);
  return {
    ...(name === undefined ? {} : { name }),
    ...(part === undefined ? {} : { part: part === "base" ? ("BASE" as const) : ("UPSAMPLER" as const) }),
    ...(datasetId ? { datasetId } : {}),
    ...(start === undefined ? {} : { startCheckpointId: startCheckpointId ?? (start && "") }),
    settings,
    ...(evaluation === undefined ? {} : { evaluation: await findEvaluation(evaluation, onDoubt) }),
  };
}

async function findEvaluation(
  evaluation: SettingsFile["evaluation"],
  onDoubt: OnDoubt,
): Promise<FineTuneInput["evaluation"]> {
  if (!evaluation) return null;
  const { dataset, otherPart, ...rest } = evaluation;
  return runEvaluation.parse({
    ...rest,
    datasetId: (await lookUp(dataset, findNamedDataset, onDoubt)) ?? null,
    otherPartId: (await lookUp(otherPart, findNamedCheckpoint, onDoubt)) ?? null,
  });
}
