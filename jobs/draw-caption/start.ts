/** Asks for an image of one caption that somebody has typed. */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { checkAdaptersFit } from "@/lib/adapters/check-adapters-fit";
import { checkUpsamplerFits } from "@/lib/checkpoints/matching-upsamplers";
import { countTokens } from "@/lib/diffusion/model/tokenizer";
import { sampleSettings, usesClip } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { assertClipInstalled, guidingClip } from "@/lib/samples/installed-clip";
import { completeImageInput, drawCaptionInput } from "@/lib/samples/sample-fields";
import { suggestBaseSettings, suggestUpsamplerSettings } from "@/lib/samples/suggested-settings";
import { drawCaptionJob } from "./job";

/**
 * @throws SemblanceError `not_found` or `invalid_input` for a model or an adapter that cannot be used, or a caption of one
 *   long word; `missing_weights` for CLIP guidance without CLIP
 */
export function startCaptionDrawing(input: z.input<typeof drawCaptionInput>): Promise<{ drawingId: string }> {
  return start(input, null);
}

/**
 * Asks for the part of an image that its mask erases.
 *
 * @throws SemblanceError as startCaptionDrawing; `invalid_input` for a base that takes no mask; `not_found` for files
 *   that were not uploaded. What the files hold is checked where they are decoded, in the worker.
 */
export async function startImageCompletion(
  input: z.input<typeof completeImageInput>,
): Promise<{ drawingId: string }> {
  const { inpaint, ...drawing } = completeImageInput.parse(input);
  return start(drawing, inpaint);
}

type Inpaint = z.output<typeof completeImageInput>["inpaint"];

async function start(
  input: z.input<typeof drawCaptionInput>,
  inpaint: Inpaint | null,
): Promise<{ drawingId: string }> {
  const { caption, baseCheckpointId, upsamplerCheckpointId, adapters, settings, seed } =
    drawCaptionInput.parse(input);
  countTokens(caption);
  const base = await findModel(baseCheckpointId, "BASE", "baseCheckpointId");
  if (inpaint) await checkInpainting(base, inpaint);
  const upsampler =
    upsamplerCheckpointId === null
      ? null
      : await findModel(upsamplerCheckpointId, "UPSAMPLER", "upsamplerCheckpointId");
  if (upsampler) checkUpsamplerFits(base, upsampler, "upsamplerCheckpointId");
  await checkAdaptersFit(base, adapters);
  if (usesClip(settings)) await assertClipInstalled(await guidingClip(baseCheckpointId));
  const drawingId = randomUUID();
  await transactionWithJobs(async (transaction, enqueue) => {
    await appendAuditEntry(transaction, {
      action: "sample.drawn",
      subject: { kind: "model", id: baseCheckpointId, name: base.name },
      detail: {
        ...{ caption, seed, upsamplerCheckpointId, settings, ...inpaint },
        ...(adapters.length > 0 && { adapters }),
      },
    });
    await enqueue(
      drawCaptionJob,
      {
        drawingId,
        caption,
        baseCheckpointId,
        upsamplerCheckpointId,
        adapters,
        inpaint,
        settings: sampleSettings.parse({
          samplesPerCaption: 1,
          ...suggestBaseSettings(base.options),
          ...(upsampler ? suggestUpsamplerSettings(upsampler.options) : {}),
          ...settings,
          firstSeed: seed,
        }),
      },
      drawingId,
    );
  });
  return { drawingId };
}

async function checkInpainting({ name, options }: Model, inpaint: Inpaint): Promise<void> {
  if (options.inpaint !== true) {
    throw new SemblanceError("invalid_input", `“${name}” cannot complete images.`, {
      remedy: "Choose an inpainting model.",
      details: { field: "baseCheckpointId" },
    });
  }
  for (const sha256 of Object.values(inpaint)) {
    if (await blobStore().has(sha256)) continue;
    throw new SemblanceError("not_found", "The image or the mask that you uploaded is missing.", {
      remedy: "Upload it again.",
    });
  }
}

type Model = { name: string; options: Record<string, unknown> };

async function findModel(id: string, part: "BASE" | "UPSAMPLER", field: string): Promise<Model> {
  const found = await db.checkpoint.findUnique({
    where: { id },
    select: { part: true, name: true, options: true },
  });
  if (found?.part === part) {
    return { name: found.name, options: found.options as Record<string, unknown> };
  }
  const kind = part === "BASE" ? "a base model" : "an upsampler";
  throw new SemblanceError(found ? "invalid_input" : "not_found", `That is not ${kind}.`, {
    remedy: `Choose ${kind}.`,
    details: { field },
  });
}
