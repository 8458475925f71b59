/** An open study of photographs against two altered versions of them, made through the use cases. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { createStudy } from "@/lib/studies/design/create-study";
import type { StudyDesignInput } from "@/lib/studies/design/study-design";
import { openStudy } from "@/lib/studies/plan/open-study";
import { storedCheckpoint } from "@/tests/stored-checkpoint";
import { photographs } from "./photographs";

export type BrowserStudy = { id: string; name: string; joinPath: string; itemCount: number };

const actor = "browser test";

export async function openStudyOfPhotographs(
  name: string,
  options: {
    captions: number;
    ratersPerItem: number;
    itemsPerRater?: number;
    /** In place of one question in pairs. */
    criteria?: StudyDesignInput["criteria"];
    /** False for one that stays a draft. */
    isOpened?: boolean;
    isPilot?: boolean;
    /** What else the design says. */
    design?: Partial<StudyDesignInput>;
  },
): Promise<BrowserStudy> {
  const folder = join(process.env.SEMBLANCE_DATA!, "photographs", name);
  const dataset = await db.dataset.create({ data: { name: `${name} photographs`, state: "READY" } });
  const checkpoint = await db.checkpoint.create({
    data: {
      name: `${name} model`,
      ...storedCheckpoint,
    },
  });
  const sets = await Promise.all(
    ["original", "fine-tuned"].map((arm) =>
      db.sampleSet.create({
        data: {
          name: `${name} ${arm}`,
          datasetId: dataset.id,
          baseCheckpointId: checkpoint.id,
          settings: {},
          state: "SUCCEEDED",
          requested: options.captions,
        },
      }),
    ),
  );
  for (const [position, { path, caption }] of (await photographs(folder, options.captions)).entries()) {
    const bytes = readFileSync(path);
    const { width, height } = await sharp(bytes).metadata();
    const { sha256 } = await storeBlob(bytes, { mediaType: "image/jpeg", widthPx: width, heightPx: height });
    const image = await db.image.create({
      data: {
        datasetId: dataset.id,
        stem: `photograph-${position}`,
        position,
        blobSha256: sha256,
        widthPx: width,
        heightPx: height,
        captions: { create: { position: 0, text: caption, tokenCount: 8 } },
      },
      include: { captions: true },
    });
    for (const [index, set] of sets.entries()) {
      const altered = await sharp(bytes)
        .resize(64, 64, { fit: "cover" })
        .modulate({ hue: 120 - 80 * index })
        .blur(2 - index)
        .png()
        .toBuffer();
      const stored = await storeBlob(altered, { mediaType: "image/png", widthPx: 64, heightPx: 64 });
      await db.sample.create({
        data: { sampleSetId: set.id, captionId: image.captions[0]!.id, seed: 0, blobSha256: stored.sha256 },
      });
    }
  }
  const { id } = await createStudy(
    {
      name,
      criteria: options.criteria ?? [
        { key: "caption-similarity", question: "Which image matches the caption better?" },
      ],
      arms: [
        { name: "real", datasetId: dataset.id },
        { name: "original", sampleSetId: sets[0]!.id },
        { name: "fine-tuned", sampleSetId: sets[1]!.id },
      ],
      ratersPerItem: options.ratersPerItem,
      itemsPerRater: options.itemsPerRater ?? 1000,
      // Tests answer at once, and all of them come from one address.
      access: { minimumSeconds: 0, ratersPerAddress: null },
      ...options.design,
    },
    actor,
  );
  if (options.isPilot) await db.study.update({ where: { id }, data: { isPilot: true } });
  const { itemCount } = options.isOpened === false ? { itemCount: 0 } : await openStudy(id, actor);
  const { inviteToken } = await db.study.findUniqueOrThrow({ where: { id } });
  return { id, name, joinPath: `/join/${inviteToken}`, itemCount };
}
