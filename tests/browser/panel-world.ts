/** One of everything that the dashboard shows, written straight into the database: ids for every address. */
import sharp from "sharp";
import { AttributeCounter } from "@/lib/datasets/audit/attribute-counts";
import { judgeCounts } from "@/lib/datasets/audit/judge-counts";
import { usualWordLists } from "@/lib/datasets/audit/usual-word-lists";
import { saveCaption } from "@/lib/desks/captions/save-caption";
import { joinDesk } from "@/lib/desks/join/join-desk";
import { makePersonalLinks } from "@/lib/desks/join/personal-links";
import { openDesk } from "@/lib/desks/open-desk";
import { leaseImages } from "@/lib/desks/share/lease-images";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { createStudy } from "@/lib/studies/design/create-study";
import { getDesign } from "@/lib/studies/design/get-design";
import { answerStudy } from "./answer-study";
import { heatMap } from "./evaluation-world";
import { openStudyOfPhotographs } from "./study-of-photographs";

export type PanelWorld = {
  /** By the name of the address's parameter: datasetId, fineTuneId, … */
  ids: Record<string, string>;
};

/** Every call makes another world: Playwright repeats `beforeAll` after a failed test. */
export async function makePanelWorld(): Promise<PanelWorld> {
  const name = `world ${crypto.randomUUID().slice(0, 8)}`;
  const study = await openStudyOfPhotographs(name, {
    captions: 3,
    ratersPerItem: 3,
    criteria: [
      {
        key: "caption-similarity",
        question: "Which image matches the caption better?",
        marksWords: true,
        marksPlaces: true,
      },
    ],
  });
  const { inviteToken, arms } = await db.study.findUniqueOrThrow({
    where: { id: study.id },
    include: { arms: { include: { sampleSet: { include: { samples: true } } } } },
  });
  await answerStudy(inviteToken, [["real", "fine-tuned", "original"], null]);
  const datasetId = arms.find((arm) => arm.datasetId)!.datasetId!;
  const { id: imageId } = await db.image.findFirstOrThrow({ where: { datasetId } });
  const set = arms.find((arm) => arm.sampleSet)!.sampleSet!;
  await db.dataset.update({
    where: { id: datasetId },
    data: {
      description: "Photographs of a walk.",
      importReport: [
        {
          file: "thumb.png",
          kind: "tiny",
          message: "thumb.png is 12 × 12 px.",
          remedy: "Give larger images.",
        },
        {
          file: "long.txt",
          kind: "long-caption",
          message: "Line 1 of long.txt has 140 tokens.",
          remedy: "The model reads 128.",
          refused: false,
        },
      ],
    },
  });
  await db.sampleSet.updateMany({ where: { datasetId }, data: { settings: sampleSettings.parse({}) } });
  const fineTuneId = await makeFineTune(name, datasetId, set.baseCheckpointId!);
  const evaluation = await db.evaluation.create({
    data: {
      sampleSetId: set.id,
      datasetId,
      metrics: ["fid", "clip-score"],
      state: "SUCCEEDED",
      scores: {
        create: [
          {
            metric: "fid",
            value: 181.25,
            low: 140.5,
            high: 230.75,
            realCount: 3,
            generatedCount: 3,
            recipe: { network: "inception", dialect: "pytorch-fid" },
            warnings: ["Three images are few."],
          },
          {
            metric: "clip-score",
            realCount: 0,
            generatedCount: 0,
            recipe: {},
            warnings: [],
            remedy: "Run `npx semblance weights get clip-vit-b-32`.",
          },
        ],
      },
    },
  });
  const [sample] = set.samples;
  await db.imageScore.createMany({
    data: set.samples.flatMap(({ id: sampleId }, index) => [
      { evaluationId: evaluation.id, metric: "clip-score", sampleId, value: 0.5 + index / 10 },
      { evaluationId: evaluation.id, metric: "nearest-real", sampleId, value: 0.7, nearestId: null },
      ...(index === 0
        ? [
            {
              evaluationId: evaluation.id,
              metric: "tiger",
              sampleId,
              value: 0.4,
              heatMaps: { generated: heatMap([0.1, 0.2, 0.3, 0.25]), real: heatMap([0.3, 0.2, 0.1, 0.15]) },
            },
          ]
        : []),
    ]),
  });
  const auditId = await makeAudit(datasetId);
  await makeFailedJob(fineTuneId);
  const adapter = await db.adapter.create({
    data: {
      name: `${name}, fur`,
      blobSha256: "f".repeat(64),
      rank: 4,
      alpha: 4,
      sizes: { "middle_block.1.qkv.weight": [96, 32] },
      parameterCount: 512,
      fineTuneId,
      step: 20,
      sampleSets: { create: { sampleSetId: set.id, position: 0, scale: 0.8 } },
    },
  });
  const maskSet = await db.maskSet.create({
    data: {
      name: `${name}, middle`,
      datasetId,
      state: "SUCCEEDED",
      masks: { create: { imageId, blobSha256: set.samples[0]!.blobSha256 } },
    },
  });
  const comparisonId = await makeGuidanceComparison(name, set);
  const desk = await makeDesk(name, datasetId);
  const draft = await createStudy({ ...(await getDesign(study.id)), name: `${name}, next` }, "browser test");
  return {
    ids: {
      datasetId,
      auditId,
      imageId,
      checkpointId: set.baseCheckpointId!,
      adapterId: adapter.id,
      fineTuneId,
      sampleSetId: set.id,
      comparisonId,
      maskSetId: maskSet.id,
      evaluationId: evaluation.id,
      sampleId: sample!.id,
      studyId: study.id,
      draftId: draft.id,
      deskId: desk.deskId,
      link: desk.link,
      token: inviteToken,
      sha256: set.samples[0]!.blobSha256,
      nextauth: "csrf",
    },
  };
}

/** The same samples under three guidances, of which one lacks scores. */
async function makeGuidanceComparison(
  name: string,
  set: {
    datasetId: string;
    baseCheckpointId: string | null;
    samples: { captionId: string; seed: number; blobSha256: string }[];
  },
): Promise<string> {
  const metrics = ["clip-score", "fid", "diversity-clip"];
  const { id } = await db.guidanceComparison.create({ data: { name: `${name}, guidances`, metrics } });
  const figures = { realCount: 3, generatedCount: 3, recipe: {}, warnings: [] };
  for (const [index, scale] of [1.5, 3, 6].entries()) {
    const { datasetId, baseCheckpointId, samples } = set;
    const values = index === 2 ? [] : [0.6 + index / 10, 120 + 30 * index, 0.4 - index / 10];
    const scores = metrics.map((metric, at) => {
      const value = values[at];
      return value === undefined
        ? { ...figures, metric, remedy: "Run `npx semblance weights get clip-vit-b-32`." }
        : { ...figures, metric, value, low: 0.9 * value, high: 1.1 * value };
    });
    await db.sampleSet.create({
      data: {
        name: `${name}, guidances: guidance ${scale}`,
        datasetId,
        baseCheckpointId,
        guidanceComparisonId: id,
        settings: sampleSettings.parse({ guidanceScale: scale }),
        requested: samples.length,
        state: "SUCCEEDED",
        samples: {
          create: samples.map(({ captionId, seed, blobSha256 }) => ({ captionId, seed, blobSha256 })),
        },
        evaluations: { create: { datasetId, metrics, state: "SUCCEEDED", scores: { create: scores } } },
      },
    });
  }
  return id;
}

/** Of made-up captions, so that its tables have something to show; one caption of the dataset contradicts its image. */
async function makeAudit(datasetId: string): Promise<string> {
  const counter = new AttributeCounter(usualWordLists("en"), ["training", "held-out"]);
  const captions = [
    ["a brown dog sitting on grass", "a brown dog"],
    ["a black dog lying in the snow"],
    ["a white dog on a couch, no snow"],
  ];
  for (let image = 0; image < 90; image++) counter.add(captions[image % 3]!, image % 4 === 0 ? 1 : 0);
  for (let image = 0; image < 40; image++) counter.add(["a brown dog on a couch"], 1);
  const { id } = await db.caption.findFirstOrThrow({ where: { image: { datasetId } } });
  const audit = await db.datasetAudit.create({
    data: {
      datasetId,
      datasetRevision: 1,
      lists: usualWordLists("en"),
      network: "demo-clip",
      checked: ["colour"],
      state: "SUCCEEDED",
      finishedAt: new Date(),
      counts: judgeCounts(counter.counts()),
      compared: {
        network: "CLIP ViT-B/32",
        weightsSha256: null,
        unreadable: 1,
        attributes: [
          {
            name: "colour",
            rivals: ["brown", "black", "white"],
            captions: 130,
            contradicting: 40,
            asked: [
              {
                value: "brown",
                images: 70,
                shown: [
                  { value: "black", images: 40 },
                  { value: "brown", images: 30 },
                ],
              },
            ],
          },
        ],
      },
      contradictions: {
        create: { captionId: id, attribute: "colour", asked: "brown", shown: "black", margin: 0.125 },
      },
    },
  });
  return audit.id;
}

/** With two people, one of whom has written a caption. */
async function makeDesk(name: string, datasetId: string): Promise<{ deskId: string; link: string }> {
  const { deskId } = await openDesk({
    name: `${name} desk`,
    datasetId,
    selection: "all",
    people: 2,
    overlap: 0.5,
    peoplePerShared: 2,
    captionsPerImage: 1,
    instructions: "One sentence for each image.",
    language: "en",
    captionLanguage: "en",
    way: "open-link",
    holdHours: 48,
    showsDrafts: true,
  });
  await db.deskImage.updateMany({ where: { deskId }, data: { draft: "a dog", draftModel: "tiny" } });
  const [personal] = await makePersonalLinks({ deskId, names: "Ada\nGrace" });
  const visit = { network: "192.0.2.1", device: name, proof: undefined };
  const { captionerId } = await joinDesk(personal!.path.replace("/desk/", ""), { visit });
  const { items } = await leaseImages(captionerId);
  const { taskId } = items[0]!;
  await saveCaption(captionerId, { taskId, position: 0, text: "a brown dog on grass", isFromDraft: true });
  const { linkToken } = await db.desk.findUniqueOrThrow({ where: { id: deskId } });
  return { deskId, link: linkToken! };
}

async function makeFineTune(name: string, datasetId: string, startCheckpointId: string): Promise<string> {
  const settings = fineTuneSettings.parse({ previewCaptions: ["a brown dog"], previewEverySteps: 50 });
  const { id } = await db.fineTune.create({
    data: {
      name: `${name} run`,
      part: "BASE",
      datasetId,
      startCheckpointId,
      settings,
      state: "FAILED",
      error: "The machine ran out of memory at batch size 4.",
      step: 100,
      totalSteps: 200,
      stepsPerSecond: 1.5,
      startedAt: new Date(Date.now() - 60_000),
      finishedAt: new Date(),
      losses: {
        create: Array.from({ length: 100 }, (_, index) => ({
          step: index + 1,
          loss: 1 / (1 + index / 10),
          gradientNorm: 1,
          learningRate: 1e-4,
        })),
      },
      logLines: { create: [{ message: "Training on 3 images." }, { message: "Step 100: loss 0.092." }] },
    },
  });
  for (const step of [50, 100]) {
    const bytes = await sharp({
      create: { width: 64, height: 64, channels: 3, background: { r: step, g: 90, b: 60 } },
    })
      .png()
      .toBuffer();
    const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: 64, heightPx: 64 });
    await db.preview.create({
      data: { fineTuneId: id, step, caption: "a brown dog", seed: 0, blobSha256: sha256 },
    });
  }
  return id;
}

async function makeFailedJob(fineTuneId: string): Promise<void> {
  await db.job.create({
    data: {
      id: crypto.randomUUID(),
      kind: "fine-tune",
      payload: { fineTuneId },
      subjectId: fineTuneId,
      state: "FAILED",
      progress: 0.5,
      error: "The machine ran out of memory at batch size 4.",
      startedAt: new Date(Date.now() - 60_000),
      finishedAt: new Date(),
    },
  });
}
