/** What is done alike to all kinds of things: deleting them, ending their jobs and taking these up again. */
"use server";

import { z } from "zod";
import { cancelJob, cancelJobOf } from "@/jobs/cancel-job";
import { weightSubjectId } from "@/jobs/get-weights/subject";
import { findJobOfKind } from "@/jobs/registry";
import { retryJob, retryJobOf } from "@/jobs/retry-job";
import { deleteAdapter } from "@/lib/adapters/delete-adapter";
import { deleteCheckpoint } from "@/lib/checkpoints/delete-checkpoint";
import { deleteDataset } from "@/lib/datasets/delete-dataset";
import { deleteDesk } from "@/lib/desks/end-desk";
import { deleteEvaluation } from "@/lib/evaluations/delete-evaluation";
import { deleteFineTune } from "@/lib/fine-tunes/delete-fine-tune";
import { deleteMaskSet } from "@/lib/mask-sets/delete-mask-set";
import { protectedAction } from "@/lib/platform/accounts/protected-action";
import { staff } from "@/lib/platform/accounts/roles";
import { deleteSampleSet } from "@/lib/samples/delete-sample-set";
import { deleteGuidanceComparison } from "@/lib/samples/guidance/delete-guidance-comparison";
import { deleteStudy } from "@/lib/studies/delete-study";
import { type EntityKind, kindAt } from "./entities";
import { revalidate } from "./revalidate";

/** Each takes the id and the e-mail address of who acts. */
const removals = {
  dataset: deleteDataset,
  desk: deleteDesk,
  model: deleteCheckpoint,
  adapter: deleteAdapter,
  "fine-tune": deleteFineTune,
  "sample-set": deleteSampleSet,
  "guidance-comparison": deleteGuidanceComparison,
  "mask-set": deleteMaskSet,
  evaluation: deleteEvaluation,
  study: deleteStudy,
} satisfies Partial<Record<EntityKind, (id: string, actor: string) => Promise<unknown>>>;

const removable = z.object({
  kind: z.enum(Object.keys(removals) as (keyof typeof removals)[]),
  id: z.uuid(),
});

export const remove = protectedAction(
  staff,
  Object.keys(removals).map((kind) => `${kind as keyof typeof removals}.deleted` as const),
  removable,
  async ({ kind, id }, member) => {
    await removals[kind](id, member.email);
    revalidate(kind);
  },
);

/** What a worker works on, or a job itself with the kind of work that it does. */
const worked = z.union([
  z.object({
    kind: z.enum(["dataset", "desk", "fine-tune", "sample-set", "mask-set", "evaluation"]),
    id: z.uuid(),
  }),
  z.object({ kind: z.literal("network"), id: z.string() }),
  z.object({
    kind: z.literal("job"),
    id: z.uuid(),
    work: z.string(),
  }),
]);

export const cancel = protectedAction(staff, "job.cancelled", worked, async (input) => {
  if (input.kind === "job") await cancelJob(input.id);
  else await cancelJobOf(input.kind === "network" ? weightSubjectId(input.id) : input.id);
  revalidate(...kindsOf(input));
});

export const retry = protectedAction(staff, ["job.retried", "job.resumed"], worked, async (input) => {
  if (input.kind === "job") await retryJob(input.id);
  else await retryJobOf(input.kind === "network" ? weightSubjectId(input.id) : input.id);
  revalidate(...kindsOf(input));
});

function kindsOf(input: z.infer<typeof worked>): EntityKind[] {
  if (input.kind !== "job") return [input.kind];
  const subject = kindAt(findJobOfKind(input.work)?.words.page("") ?? "");
  return subject ? ["job", subject] : ["job"];
}
