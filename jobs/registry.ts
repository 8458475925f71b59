/** Every kind of background job. A kind is a folder here, of its name, and a line of this list. */
import { SemblanceError } from "@/lib/errors";
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { auditDatasetJob } from "./audit-dataset/job";
import { draftCaptionsJob } from "./draft-captions/job";
import { drawCaptionJob } from "./draw-caption/job";
import { estimateRunJob } from "./estimate-run/job";
import { evaluateJob } from "./evaluate/job";
import { exportModelJob } from "./export-model/job";
import { findDuplicatesJob } from "./find-duplicates/job";
import { fineTuneJob } from "./fine-tune/job";
import { getWeightsJob } from "./get-weights/job";
import { importDatasetJob } from "./import-dataset/job";
import { importMasksJob } from "./import-masks/job";
import { importSamplesJob } from "./import-samples/job";
import { mergeAdaptersJob } from "./merge-adapters/job";
import { openStudyJob } from "./open-study/job";
import { sampleJob } from "./sample/job";

export const jobDefinitions = [
  importDatasetJob,
  auditDatasetJob,
  importSamplesJob,
  importMasksJob,
  findDuplicatesJob,
  openStudyJob,
  fineTuneJob,
  estimateRunJob,
  mergeAdaptersJob,
  exportModelJob,
  sampleJob,
  drawCaptionJob,
  evaluateJob,
  draftCaptionsJob,
  getWeightsJob,
] as const satisfies readonly JobDefinition[];

export type JobKind = (typeof jobDefinitions)[number]["kind"];

const byKind = new Map<string, JobDefinition>(jobDefinitions.map((job) => [job.kind, job]));

/** Undefined for a kind that only another version of Semblance has. */
export function findJobOfKind(kind: string): JobDefinition | undefined {
  return byKind.get(kind);
}

/** @throws SemblanceError `conflict` for a kind that only another version of Semblance has */
export function jobOfKind(kind: string): JobDefinition {
  const job = findJobOfKind(kind);
  if (job) return job;
  throw new SemblanceError("conflict", `This version of Semblance has no jobs of the kind “${kind}”.`, {
    remedy: "Use the version that created the job.",
  });
}
