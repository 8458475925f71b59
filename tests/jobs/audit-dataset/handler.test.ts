/** An audit from its start to its report: on a real database, with images of the demo's world and its CLIP. */
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { worldImage } from "@/demo/world/image-sets";
import { renderImage } from "@/demo/world/render-image";
import { demoWordLists } from "@/demo/world/word-lists";
import { handle } from "@/jobs/audit-dataset/handler";
import { startAudit } from "@/jobs/audit-dataset/start";
import { computedAudit } from "@/jobs/audit-dataset/subject";
import { getAuditReport, reportToMarkdown } from "@/lib/datasets/audit/audit-report";
import { getWordLists, listWordListVersions, saveWordLists } from "@/lib/datasets/audit/dataset-word-lists";
import { getAudits } from "@/lib/datasets/audit/get-audit";
import { keepContradiction, listOpenContradictions } from "@/lib/datasets/audit/open-contradictions";
import { usualWordLists } from "@/lib/datasets/audit/usual-word-lists";
import { writeWordLists } from "@/lib/datasets/audit/word-lists";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { dataPaths } from "@/lib/env";
import { demoClipPath } from "@/lib/metrics/weights/demo-clip";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { inRequest } from "@/lib/platform/request/request-context";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();

/** Fur that images 0 to 3 are said to have; that of 1 and 2 is made up. */
const said = ["own", "white", "golden", "own"];

let datasetId: string;
let imageIds: string[];

beforeAll(async () => {
  const clip = demoClipPath(dataPaths().weights);
  mkdirSync(dirname(clip), { recursive: true });
  copyFileSync("demo/pack/weights/clip.safetensors", clip);
  ({ id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } }));
  imageIds = [];
  for (const [position, fur] of said.entries()) {
    const { shown, seed } = worldImage("real-held-out", position);
    const { data, widthPx, heightPx } = await renderImage({ ...shown, fur: "black" }, seed);
    const image = sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } }).resize(64, 64);
    const { sha256 } = await storeBlob(await image.png().toBuffer(), { mediaType: "image/png" });
    const text =
      `a ${fur === "own" ? "black" : fur} dog ${shown.pose === "portrait" ? "" : shown.pose}`.trim();
    const { id } = await db.image.create({
      data: {
        datasetId,
        stem: `dog-${position}`,
        position,
        blobSha256: sha256,
        widthPx: 64,
        heightPx: 64,
        split: position === 3 ? "HELD_OUT" : "TRAINING",
        captions: { create: { position: 0, text, tokenCount: 5 } },
      },
    });
    imageIds.push(id);
  }
}, 60_000);

afterAll(() => stopQueue());

const context = {
  signal: new AbortController().signal,
  lost: new AbortController().signal,
  provider: "cpu" as const,
  report: () => {},
  keepResult: async () => {},
};

/** Runs the job as a worker does. @returns the audit's id */
async function audit(network: "demo-clip" | null): Promise<string> {
  const { auditId } = await startAudit({ datasetId, network, attributes: ["fur"] });
  await handle({ auditId }, context);
  await db.$transaction((transaction) => computedAudit.follow!(transaction, auditId, "SUCCEEDED", null));
  return auditId;
}

const open = async (auditId: string) =>
  (await listOpenContradictions(auditId, { page: 1, pageSize: 10 })).contradictions.map(
    ({ fileName, asked, shown }) => `${fileName} ${asked} ${shown}`,
  );

test("word lists have versions; an unknown attribute or a network without images is refused by name", async () => {
  expect(await getWordLists(datasetId)).toEqual({ version: 0, lists: usualWordLists("en") });
  await inRequest({ actor: "ada@example.org" }, async () => {
    await saveWordLists(datasetId, "# fur\nblack");
    await saveWordLists(datasetId, writeWordLists(demoWordLists));
    await saveWordLists(datasetId, writeWordLists(demoWordLists));
  });
  expect(await getWordLists(datasetId)).toEqual({ version: 2, lists: demoWordLists });
  expect(await listWordListVersions(datasetId)).toMatchObject([
    { number: 2, actor: "ada@example.org" },
    { number: 1, text: "# fur\nblack\n" },
  ]);
  await expect(startAudit({ datasetId, network: "demo-clip", attributes: ["colour"] })).rejects.toMatchObject(
    {
      message: "The word lists have no attribute “colour”.",
      details: { field: "attributes" },
    },
  );
  const captions = await db.dataset.create({ data: { name: "captions", state: "READY" } });
  await expect(
    startAudit({ datasetId: captions.id, network: "demo-clip", attributes: ["colour"] }),
  ).rejects.toMatchObject({ code: "invalid_input" });
});

test("an audit finds what contradicts, and forgets what was kept, corrected or excluded", {
  timeout: 120_000,
}, async () => {
  const first = await audit("demo-clip");
  expect((await open(first)).toSorted()).toEqual(["dog-1 white black", "dog-2 golden black"]);
  const { finished, pending } = await getAudits(datasetId);
  expect(pending).toBeNull();
  expect(finished).toMatchObject({ id: first, revision: 1, counts: { images: 4, captions: 4 } });
  expect(finished!.counts.splits).toEqual([
    { name: "training", images: 3 },
    { name: "held-out", images: 1 },
  ]);
  const asked = finished!.compared!.attributes[0]!.asked;
  expect(asked.find(({ value }) => value === "white")!.shown).toEqual([{ value: "black", images: 1 }]);

  const report = await getAuditReport(datasetId);
  expect(report).toMatchObject({ dataset: "dogs", revision: 1 });
  expect(report.contradictions).toHaveLength(2);
  const markdown = reportToMarkdown(report);
  expect(markdown).toContain("# Audit of dogs, revision 1");
  expect(markdown).toContain("| white | 1 | black 1 |");
  expect(markdown).toContain("## Near duplicates\n\nThe images have not been compared.");
  await db.dataset.update({ where: { id: datasetId }, data: { comparedAt: new Date() } });
  await db.nearDuplicate.createMany({
    data: [0, 1].map((at) => ({ imageId: imageIds[at]!, group: 0, distance: 2.5 })),
  });
  const compared = reportToMarkdown(await getAuditReport(datasetId));
  expect(compared).toContain("2 images look like others, in 1 group.");
  expect(compared).toContain("| 1 | dog-1 | training | 2.5 |");

  const captionOf = async (imageId: string) =>
    db.caption.findFirstOrThrow({ where: { imageId, untilRevision: null } });
  const kept = { datasetId, captionId: (await captionOf(imageIds[1]!)).id, attribute: "fur" };
  await keepContradiction(kept);
  expect(await open(first)).toEqual(["dog-2 golden black"]);
  const second = await audit("demo-clip");
  expect(await open(second)).toEqual(["dog-2 golden black"]);
  await reviseDataset(datasetId, {
    reason: "",
    changes: { edited: [{ captionId: (await captionOf(imageIds[2]!)).id, text: "a black dog" }] },
  });
  expect(await open(second)).toEqual([]);
  await reviseDataset(datasetId, { reason: "", changes: { excluded: [imageIds[3]!] } });
  await audit(null);
  const third = (await getAudits(datasetId)).finished!;
  expect(third).toMatchObject({ revision: 3, compared: null, counts: { images: 3 } });
  expect(third.counts.attributes[0]!.values[0]).toMatchObject({ name: "black", images: 2 });
});

test("a caption of another dataset cannot be kept", async () => {
  await expect(
    keepContradiction({ datasetId, captionId: crypto.randomUUID(), attribute: "fur" }),
  ).rejects.toMatchObject({ code: "not_found" });
});
