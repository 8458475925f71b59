/** Opens a draft: fixes the plan, renders the blind pictures and makes the items that raters will be handed. */
import { createHash } from "node:crypto";
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { readBlob, storeBlob } from "@/lib/storage/store-blob";
import { appendAuditEntry } from "../audit/append-audit-entry";
import { renderBlindPicture } from "./blind-picture";

type ArmPictures = { armId: string; armName: string; sha256ByCaption: Map<string, string> };

/**
 * Every caption that all arms have a picture for becomes, for each criterion and each pair of arms, one item.
 *
 * @throws SemblanceError `conflict` unless the study is a draft, `invalid_input` when the arms share no caption
 */
export async function openStudy(studyId: string, actor: string): Promise<{ itemCount: number }> {
  const study = await db.study.findUnique({
    where: { id: studyId },
    include: { arms: { orderBy: { position: "asc" } }, criteria: { orderBy: { position: "asc" } } },
  });
  if (!study) throw new SemblanceError("not_found", "There is no such study.");
  if (study.state !== "DRAFT") {
    throw new SemblanceError("conflict", `“${study.name}” has been opened before.`, {
      remedy: "A study's plan is fixed once it opens. Create another study to ask something else.",
    });
  }

  const arms = await Promise.all(study.arms.map(picturesOfArm));
  const captions = await captionsOfAllArms(arms);
  const blindSha256 = await renderAll(arms, captions, study.pictureSizePx);

  const items = captions.flatMap((caption) =>
    study.criteria.flatMap((criterion) =>
      pairs(arms).map(([first, second]) => ({
        studyId,
        criterionId: criterion.id,
        captionId: caption.id,
        captionText: caption.text,
        firstArmId: first.armId,
        secondArmId: second.armId,
        firstSha256: blindSha256.get(first.sha256ByCaption.get(caption.id)!)!,
        secondSha256: blindSha256.get(second.sha256ByCaption.get(caption.id)!)!,
      })),
    ),
  );
  const planHash = hashPlan({ study, items });

  await db.$transaction(async (transaction) => {
    const opened = await transaction.study.updateMany({
      where: { id: studyId, state: "DRAFT" },
      data: { state: "OPEN", openedAt: new Date(), planHash },
    });
    if (opened.count === 0) {
      throw new SemblanceError("conflict", `“${study.name}” was opened by somebody else just now.`);
    }
    await transaction.item.createMany({ data: items });
    await appendAuditEntry(transaction, {
      actor,
      action: "study.opened",
      detail: { studyId, planHash, itemCount: items.length },
    });
  });
  return { itemCount: items.length };
}

/**
 * The picture that stands for each caption in one arm. A photograph stands for its first caption only, so that a
 * dataset with several captions a picture does not show the same photograph again and again; of several samples
 * the lowest seed is taken: choosing the best one would flatter the model.
 */
async function picturesOfArm(arm: {
  id: string;
  name: string;
  datasetId: string | null;
  sampleSetId: string | null;
}): Promise<ArmPictures> {
  const sha256ByCaption = new Map<string, string>();
  if (arm.datasetId) {
    const captions = await db.caption.findMany({
      where: { picture: { datasetId: arm.datasetId }, position: 0 },
      select: { id: true, picture: { select: { blobSha256: true } } },
    });
    for (const caption of captions) sha256ByCaption.set(caption.id, caption.picture.blobSha256);
  } else if (arm.sampleSetId) {
    const samples = await db.sample.findMany({
      where: { sampleSetId: arm.sampleSetId },
      orderBy: { seed: "desc" },
      select: { captionId: true, blobSha256: true },
    });
    for (const sample of samples) sha256ByCaption.set(sample.captionId, sample.blobSha256);
  }
  return { armId: arm.id, armName: arm.name, sha256ByCaption };
}

async function captionsOfAllArms(arms: ArmPictures[]): Promise<{ id: string; text: string }[]> {
  const [first, ...others] = arms;
  const shared = [...(first?.sha256ByCaption.keys() ?? [])].filter((captionId) =>
    others.every((arm) => arm.sha256ByCaption.has(captionId)),
  );
  if (shared.length === 0) {
    const counts = arms.map((arm) => `${arm.armName}: ${arm.sha256ByCaption.size}`).join(", ");
    throw new SemblanceError("invalid_input", `The arms share no caption (pictures per arm: ${counts}).`, {
      remedy:
        "Sample every model for the captions of the same dataset, wait until sampling is done, then open.",
    });
  }
  return db.caption.findMany({
    where: { id: { in: shared } },
    orderBy: [{ picture: { position: "asc" } }, { position: "asc" }],
    select: { id: true, text: true },
  });
}

/** Blind rendition's SHA-256 by the source's. */
async function renderAll(
  arms: ArmPictures[],
  captions: { id: string }[],
  sizePx: number,
): Promise<Map<string, string>> {
  const rendered = new Map<string, string>();
  for (const arm of arms) {
    for (const caption of captions) {
      const source = arm.sha256ByCaption.get(caption.id)!;
      if (rendered.has(source)) continue;
      const png = await renderBlindPicture(await readBlob(source), sizePx);
      const blob = await storeBlob(png, { mediaType: "image/png", widthPx: sizePx, heightPx: sizePx });
      rendered.set(source, blob.sha256);
    }
  }
  return rendered;
}

function pairs<T>(values: T[]): [T, T][] {
  return values.flatMap((first, index) => values.slice(index + 1).map((second): [T, T] => [first, second]));
}

function hashPlan(plan: {
  study: {
    name: string;
    instructions: string;
    ratersPerItem: number;
    itemsPerRater: number;
    pictureSizePx: number;
    seed: number;
    criteria: { key: string; question: string }[];
    arms: { name: string; datasetId: string | null; sampleSetId: string | null }[];
  };
  items: object[];
}): string {
  const { study, items } = plan;
  const design = [
    study.name,
    study.instructions,
    study.ratersPerItem,
    study.itemsPerRater,
    study.pictureSizePx,
    study.seed,
    study.criteria.map(({ key, question }) => [key, question]),
    study.arms.map(({ name, datasetId, sampleSetId }) => [name, datasetId, sampleSetId]),
    items.map((item) => Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))),
  ];
  return createHash("sha256").update(JSON.stringify(design)).digest("hex");
}
