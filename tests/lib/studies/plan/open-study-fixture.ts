/** An open study with ready-made items, for tests of leases and answers that need no images. */
import { createHash, randomBytes } from "node:crypto";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { Database } from "@/lib/platform/database/db";
import { blobStore } from "@/lib/platform/storage/store-blob";
import { type QuestionTypeName, questionTypes } from "@/lib/questions/question-types";
import { planSeats } from "@/lib/studies/plan/counterbalance";
import type { PlannedItem, PlannedSeat } from "@/lib/studies/plan/planned-item";

export type StudyFixture = { studyId: string; inviteToken: string; itemIds: string[] };

export async function createOpenStudy(
  db: Database,
  options: {
    captions: number;
    ratersPerItem: number;
    itemsPerRater?: number;
    leaseSeconds?: number;
    /** Images of a pair, a scale, or a ranking. */
    questionType?: QuestionTypeName;
    marksWords?: boolean;
    pairChoice?: "BALANCED" | "ACTIVE";
    arms?: readonly string[];
    qualityControl?: Prisma.InputJsonObject;
    /** Fields of the study that no other option sets; `planHash: null` leaves its plan open to changes. */
    fields?: Partial<Prisma.StudyUncheckedCreateInput>;
    /** Whether the store has files for the images; without them, raters who report one find it missing. */
    withFiles?: boolean;
    /** Made beside the regular items; all pairs, whose first image is the correct answer. */
    checks?: Partial<Record<"TRAINING" | "GOLD" | "ATTENTION", number>>;
  },
): Promise<StudyFixture> {
  const mark = randomBytes(4).toString("hex");
  const questionType = options.questionType ?? "pair";
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
      pairChoice: options.pairChoice ?? "BALANCED",
      qualityControl: options.qualityControl ?? {},
      // Tests answer at once.
      access: { minimumSeconds: 0 },
      imageSizePx: 64,
      seed: 1,
      ...options.fields,
      criteria: {
        create: {
          key: "caption-similarity",
          question: "Which image matches the caption better?",
          questionType,
          marksWords: options.marksWords ?? false,
          position: 0,
        },
      },
      arms: {
        create: (options.arms ?? ["real", "original"]).map((name, position) => ({
          name,
          position,
          datasetId: dataset.id,
        })),
      },
    },
    include: { arms: { orderBy: { position: "asc" } }, criteria: true },
  });
  const captions = await Promise.all(
    Array.from({ length: options.captions }, (_, index) => createCaption(db, dataset.id, mark, index)),
  );
  const arms = study.arms.map((arm) => arm.id);
  const sets = questionTypes[questionType].plan.sets(arms.length, null, () => [...arms.keys()]);
  const createItem = async (item: PlannedItem, seats: PlannedSeat[]) => {
    const { images, expected, ...row } = item;
    if (options.withFiles) await Promise.all(images.map(({ sha256 }) => blobStore().put(names.get(sha256)!)));
    const { id } = await db.item.create({
      data: {
        ...row,
        ...(expected ? { expected } : {}),
        studyId: study.id,
        images: {
          create: images.map(({ armId, sha256 }, position) => ({ position, armId, blobSha256: sha256 })),
        },
        seats: { create: seats.map((seat) => ({ ...seat, studyId: study.id })) },
      },
    });
    return id;
  };
  const ofCaption = (caption: { id: string; text: string }) => ({
    criterionId: study.criteria[0]!.id,
    captionId: caption.id,
    captionText: caption.text,
  });
  const regular = captions.flatMap((caption) =>
    sets.map((set): PlannedItem => {
      const together = set.map((arm) => arms[arm]!);
      const images = together.map((armId) => ({ armId, sha256: blobOf(`${caption.id} ${armId}`) }));
      const contest = together.join(" ");
      return { ...ofCaption(caption), kind: "REGULAR", contest, expected: null, images };
    }),
  );
  const seats = planSeats(regular, options.ratersPerItem, 1);
  const itemIds: string[] = [];
  for (const [index, item] of regular.entries()) itemIds.push(await createItem(item, seats[index]!));
  for (const kind of ["TRAINING", "GOLD", "ATTENTION"] as const) {
    for (let index = 0; index < (options.checks?.[kind] ?? 0); index++) {
      const contest = `${kind.toLowerCase()} ${String(index).padStart(2, "0")}`;
      const images = ["right", "wrong"].map((name) => ({
        armId: null,
        sha256: blobOf(`${contest} ${name}`),
      }));
      const expected = { type: "best" as const, position: 0 };
      await createItem({ ...ofCaption(captions[0]!), kind, contest, expected, images }, []);
    }
  }
  return { studyId: study.id, inviteToken: study.inviteToken, itemIds };
}

async function createCaption(db: Database, datasetId: string, mark: string, index: number) {
  const image = await db.image.create({
    data: {
      datasetId,
      stem: `dog-${index}`,
      position: index,
      blobSha256: mark + String(index).padStart(56, "0"),
      widthPx: 64,
      heightPx: 64,
      captions: { create: { position: 0, text: `a dog number ${index}`, tokenCount: 5 } },
    },
    include: { captions: true },
  });
  return image.captions[0]!;
}

/** The bytes of images by their hash. */
const names = new Map<string, Buffer>();

function blobOf(name: string): string {
  const sha256 = createHash("sha256").update(name).digest("hex");
  names.set(sha256, Buffer.from(name));
  return sha256;
}
