/**
 * Creates a comparison of guidances: a sample set for each setting, drawn by a job of its own and then evaluated. Every
 * setting is thus taken up again by itself after a restart, and several workers share the settings.
 */
import type { z } from "zod";
import { guidanceWords } from "@/lib/diffusion/sampling/sample-settings";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { comparedGuidances, compareGuidanceInput } from "@/lib/samples/guidance/compare-guidance-fields";
import { checkSampleSet, createSampleSet } from "./start";

/**
 * @returns the comparison's id, and the jobs that draw its settings
 * @throws SemblanceError as startSampleSet; nothing is made where one of the settings cannot be drawn
 */
export async function startGuidanceComparison(
  input: z.input<typeof compareGuidanceInput>,
): Promise<{ guidanceComparisonId: string; jobIds: string[] }> {
  const asked = compareGuidanceInput.parse(input);
  const { unguided, classifierFreeScales, clipScales, combined, ...data } = asked;
  const { name, captionMatch, fidelity, diversity, settings, ...drawing } = data;
  const metrics = [captionMatch, fidelity, diversity];
  const { clipGuidanceScale: _, ...others } = settings;
  const checked = await Promise.all(
    comparedGuidances(asked).map((guidance) =>
      checkSampleSet({
        ...drawing,
        name: `${name}: ${guidanceWords(guidance)}`,
        settings: { ...others, ...guidance },
        plannedEvaluation: { split: drawing.captionSplit, metrics },
      }),
    ),
  );
  return withUniqueName("comparison or sample set", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.guidanceComparison.create({ data: { name, metrics } });
      await appendAuditEntry(transaction, {
        action: "guidance-comparison.started",
        subject: { kind: "guidance-comparison", id, name },
        detail: { settings: checked.length, unguided, classifierFreeScales, clipScales, combined },
      });
      const jobIds: string[] = [];
      for (const set of checked) {
        const { jobId } = await createSampleSet(transaction, enqueue, set, { guidanceComparisonId: id });
        jobIds.push(jobId);
      }
      return { guidanceComparisonId: id, jobIds };
    }),
  );
}
