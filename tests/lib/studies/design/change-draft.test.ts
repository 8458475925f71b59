/** A draft's design can be read back and replaced, an opened study's cannot. */
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { changeDraft } from "@/lib/studies/design/change-draft";
import { createStudy } from "@/lib/studies/design/create-study";
import { getDesign } from "@/lib/studies/design/get-design";
import { type StudyDesignInput, studyDesign } from "@/lib/studies/design/study-design";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();
const actor = "researcher@example.org";
const datasets: Record<"small" | "large", string> = { small: "", large: "" };

beforeAll(async () => {
  for (const [name, sizePx] of [
    ["small", 64],
    ["large", 128],
  ] as const) {
    const { id } = await db.dataset.create({ data: { name, state: "READY" } });
    datasets[name] = id;
    const image = sharp({ create: { width: sizePx, height: sizePx, channels: 3, background: "#4a6" } });
    const { sha256 } = await storeBlob(await image.png().toBuffer(), { mediaType: "image/png" });
    await db.image.create({
      data: { datasetId: id, stem: "a", position: 0, blobSha256: sha256, widthPx: sizePx, heightPx: sizePx },
    });
  }
});

function design(name: string, more: Partial<StudyDesignInput> = {}): StudyDesignInput {
  return {
    name,
    criteria: [{ key: "fur", question: "Which fur is right?", marksWords: true }],
    arms: [
      { name: "first", datasetId: datasets.large },
      { name: "second", datasetId: datasets.small },
    ],
    ...more,
  };
}

describe("changeDraft", () => {
  it("replaces the whole design, keeps the link, and records it in the audit log", async () => {
    const { id } = await createStudy(design("before"), actor);
    const { inviteToken, imageSizePx } = await db.study.findUniqueOrThrow({ where: { id } });
    expect(imageSizePx).toBe(64);
    const wanted = studyDesign.parse(
      design("after", {
        criteria: [
          { key: "scale", question: "How real is it?", questionType: "likert" },
          { key: "fur", question: "Which fur is right?" },
        ],
        arms: [
          { name: "one", datasetId: datasets.large },
          { name: "two", datasetId: datasets.large },
        ],
        pairChoice: "active",
        stopRule: { arms: "all", tightestAtVotes: 50 },
        endings: { complete: { code: "C0DE" } },
      }),
    );
    await changeDraft(id, wanted, actor);
    expect(await getDesign(id)).toEqual(wanted);
    expect(await db.study.findUniqueOrThrow({ where: { id } })).toMatchObject({
      inviteToken,
      imageSizePx: 128,
      state: "DRAFT",
    });
    const entry = await db.auditEntry.findFirstOrThrow({ where: { action: "study.changed" } });
    expect(entry.detail).toMatchObject({ studyId: id, design: { name: "after" } });
    await changeDraft(id, { ...wanted, stopRule: null }, actor);
    expect((await getDesign(id)).stopRule).toBeNull();
  });

  it("rejects another study's name and a missing source, and keeps the draft as it was", async () => {
    await createStudy(design("taken"), actor);
    const { id } = await createStudy(design("kept"), actor);
    const kept = await getDesign(id);
    await expect(changeDraft(id, design("taken"), actor)).rejects.toMatchObject({
      code: "conflict",
      details: { field: "name" },
    });
    const nowhere = { name: "first", datasetId: "0198c0de-0000-7000-8000-000000000001" };
    await expect(
      changeDraft(id, design("kept", { arms: [nowhere, design("").arms[1]!] }), actor),
    ).rejects.toMatchObject({ code: "not_found" });
    expect(await getDesign(id)).toEqual(kept);
    await changeDraft(id, design("kept", { ratersPerItem: 9 }), actor);
    expect((await getDesign(id)).ratersPerItem).toBe(9);
  });

  it("says that a draft is gone", async () => {
    const gone = "0198c0de-0000-7000-8000-000000000002";
    await expect(changeDraft(gone, design("other"), actor)).rejects.toMatchObject({ code: "not_found" });
  });

  it.each(["OPENING", "OPEN", "CLOSED"] as const)("refuses a study that is %s", async (state) => {
    const { id } = await createStudy(design(`study ${state}`), actor);
    await db.study.update({ where: { id }, data: { state } });
    await expect(changeDraft(id, design("other"), actor)).rejects.toMatchObject({ code: "conflict" });
    expect((await getDesign(id)).name).toBe(`study ${state}`);
  });
});
