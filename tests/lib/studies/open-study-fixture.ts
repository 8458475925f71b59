/** An open study with ready-made items, for tests of leases and answers that need no pictures. */
import { randomBytes } from "node:crypto";
import type { Database } from "@/lib/db";

export type StudyFixture = { studyId: string; inviteToken: string; itemIds: string[] };

export async function createOpenStudy(
  db: Database,
  options: { captions: number; ratersPerItem: number; itemsPerRater?: number; leaseSeconds?: number },
): Promise<StudyFixture> {
  const mark = randomBytes(4).toString("hex");
  const dataset = await db.dataset.create({ data: { name: `dogs ${mark}`, state: "READY" } });
  const study = await db.study.create({
    data: {
      name: `study ${mark}`,
      state: "OPEN",
      openedAt: new Date(),
      planHash: "0".repeat(64),
      inviteToken: `invite-${mark}`,
      ratersPerItem: options.ratersPerItem,
      itemsPerRater: options.itemsPerRater ?? 1000,
      leaseSeconds: options.leaseSeconds ?? 600,
      pictureSizePx: 64,
      seed: 1,
      criteria: {
        create: {
          key: "caption-similarity",
          question: "Which picture matches the caption better?",
          position: 0,
        },
      },
      arms: {
        create: [
          { name: "real", position: 0, datasetId: dataset.id },
          { name: "original", position: 1, datasetId: dataset.id },
        ],
      },
    },
    include: { arms: { orderBy: { position: "asc" } }, criteria: true },
  });
  const itemIds: string[] = [];
  for (let index = 0; index < options.captions; index++) {
    const picture = await db.picture.create({
      data: {
        datasetId: dataset.id,
        stem: `dog-${index}`,
        position: index,
        blobSha256: mark + String(index).padStart(56, "0"),
        widthPx: 64,
        heightPx: 64,
        captions: { create: { position: 0, text: `a dog number ${index}`, tokenCount: 5 } },
      },
      include: { captions: true },
    });
    const caption = picture.captions[0]!;
    const item = await db.item.create({
      data: {
        studyId: study.id,
        criterionId: study.criteria[0]!.id,
        captionId: caption.id,
        captionText: caption.text,
        firstArmId: study.arms[0]!.id,
        secondArmId: study.arms[1]!.id,
        firstSha256: "f".repeat(64),
        secondSha256: "e".repeat(64),
      },
    });
    itemIds.push(item.id);
  }
  return { studyId: study.id, inviteToken: study.inviteToken, itemIds };
}
