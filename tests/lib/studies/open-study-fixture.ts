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
    const armIds = study.arms.map(({ id }) => id);
    const item = await db.item.create({
      data: {
        studyId: study.id,
        criterionId: study.criteria[0]!.id,
        captionId: caption.id,
        captionText: caption.text,
        contest: armIds.join(" "),
        pictures: {
          create: armIds.map((armId, position) => ({
            position,
            armId,
            blobSha256: "fe"[position]!.repeat(64),
          })),
        },
        seats: {
          create: Array.from({ length: options.ratersPerItem }, (_, round) => ({
            studyId: study.id,
            round,
            shuffle: (index * 7919 + round * 104_729) % 65_536,
            placement: (index + round) % 2 === 0 ? [0, 1] : [1, 0],
          })),
        },
      },
    });
    itemIds.push(item.id);
  }
  return { studyId: study.id, inviteToken: study.inviteToken, itemIds };
}
