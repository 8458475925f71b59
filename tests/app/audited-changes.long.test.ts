/**
 * Every action and route that changes something is performed against the real database, and must leave an entry that says
 * who did what to which thing, by which request and from where. A new one is found in the tree: without a way to perform it
 * here, or without an entry, this test fails.
 */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NextRequest } from "next/server";
import sharp from "sharp";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startFineTune } from "@/jobs/fine-tune/start";
import { startGuidanceComparison } from "@/jobs/sample/compare-guidance";
import { cancelGuidanceComparison } from "@/jobs/sample/steer-guidance-comparison";
import { registerCheckpoint } from "@/lib/checkpoints/register-checkpoint";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { saveCaption } from "@/lib/desks/captions/save-caption";
import { closeDesk } from "@/lib/desks/end-desk";
import { joinDesk } from "@/lib/desks/join/join-desk";
import { makePersonalLinks } from "@/lib/desks/join/personal-links";
import { openDesk } from "@/lib/desks/open-desk";
import { acceptAllPending } from "@/lib/desks/review/review-captions";
import { leaseImages } from "@/lib/desks/share/lease-images";
import { writeLora } from "@/lib/diffusion/lora/lora-adapter";
import { presetOptions } from "@/lib/diffusion/model/model-presets";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import type { Member } from "@/lib/platform/accounts/member";
import { hashPassword } from "@/lib/platform/accounts/password";
import { authOptions } from "@/lib/platform/accounts/session";
import { startSession } from "@/lib/platform/accounts/user-sessions";
import type { Records } from "@/lib/platform/audit/append-audit-entry";
import { auditKinds } from "@/lib/platform/audit/audit-kinds";
import { inRequest } from "@/lib/platform/request/request-context";
import { storeBlob, storeFile } from "@/lib/platform/storage/store-blob";
import { makeChallenge } from "@/lib/rating/admission/challenge";
import { makeInvitations } from "@/lib/rating/admission/invitations";
import { solveChallenge } from "@/lib/rating/admission/proof-of-work";
import { joinStudy } from "@/lib/rating/join/join-study";
import { raterCookie } from "@/lib/rating/join/rater-cookie";
import { createStudy } from "@/lib/studies/design/create-study";
import { studyDesign } from "@/lib/studies/design/study-design";
import { openStudy } from "@/lib/studies/plan/open-study";
import { getRegistration } from "@/lib/studies/registration/get-registration";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { ratingsImport } from "@/lib/votes/import/import-fields";
import { importRatings } from "@/lib/votes/import/import-ratings";
import { withComputing } from "@/tests/computing";
import { withTestDatabase } from "@/tests/database";
import { createOpenStudy } from "@/tests/lib/studies/plan/open-study-fixture";
import { storedCheckpoint } from "@/tests/stored-checkpoint";
import { timestampReplyFor } from "@/tests/timestamp-replies";
import { captionerRequests } from "@/web/captioner-requests";
import { raterRequests } from "@/web/rater-requests";

const asking = vi.hoisted(() => ({ member: null as Member | null }));
vi.mock("@/lib/platform/accounts/current-user", () => ({ currentUser: async () => asking.member }));
vi.mock("next/cache", () => ({ revalidatePath: () => {}, revalidateTag: () => {} }));
vi.mock("next/headers", () => ({
  cookies: async () => ({ get: () => undefined, getAll: () => [], set: () => {} }),
  headers: async () => new Headers(),
}));

const { db, dataFolder } = await withTestDatabase();
withComputing();
const root = fileURLToPath(new URL("../..", import.meta.url));

const address = "203.0.113.7";
const secrets = ["correct horse battery", "staple paper clip lamp"] as const;

let member: Member;
let datasetId: string;
let checkpointId: string;
let sampleSetId: string;
let counter = 0;
const fresh = (what: string) => `${what} ${++counter}`;

beforeAll(async () => {
  const user = await db.user.create({
    data: {
      email: "ada@example.org",
      name: "Ada",
      role: "ADMINISTRATOR",
      passwordHash: await hashPassword(secrets[0]),
    },
  });
  await db.user.create({ data: { email: "grace@example.org", name: "Grace", role: "ADMINISTRATOR" } });
  member = { ...user, hasPassword: true, sessionId: crypto.randomUUID(), hasFreshLink: false };
  ({ id: datasetId } = await db.dataset.create({ data: { name: "dogs", state: "READY" } }));
  for (let position = 0; position < 3; position++) {
    const background = { r: 40 * position, g: 160, b: 90 };
    const drawn = sharp({ create: { width: 64, height: 64, channels: 3, background } });
    const { sha256 } = await storeBlob(await drawn.png().toBuffer(), { mediaType: "image/png" });
    await db.image.create({
      data: {
        datasetId,
        stem: `dog-${position}`,
        position,
        blobSha256: sha256,
        widthPx: 64,
        heightPx: 64,
        captions: { create: { position: 0, text: `a dog number ${position}`, tokenCount: 5 } },
      },
    });
  }
  ({ id: checkpointId } = await db.checkpoint.create({ data: { name: "base", ...storedCheckpoint } }));
  ({ id: sampleSetId } = await makeSampleSet());
});

beforeEach(() => {
  asking.member = member;
});

const makeSampleSet = (state: "SUCCEEDED" | "QUEUED" = "SUCCEEDED") =>
  db.sampleSet.create({
    data: {
      name: fresh("set"),
      datasetId,
      baseCheckpointId: checkpointId,
      requested: 1,
      captionLimit: 1,
      settings: sampleSettings.parse({}),
      state,
    },
  });
const makeAdapter = () =>
  db.adapter.create({
    data: {
      name: fresh("adapter"),
      blobSha256: "f".repeat(64),
      rank: 1,
      alpha: 1,
      sizes: {},
      parameterCount: 0,
    },
  });
const makeComparison = async () => {
  const input = { name: fresh("comparison"), datasetId, baseCheckpointId: checkpointId, settings: {} };
  return (await startGuidanceComparison(input)).guidanceComparisonId;
};
const makeFineTune = () =>
  db.fineTune.create({
    data: {
      name: fresh("run"),
      part: "BASE",
      datasetId,
      settings: fineTuneSettings.parse({}),
      state: "FAILED",
    },
  });
const makeUser = () =>
  db.user.create({ data: { email: `user${++counter}@example.org`, name: "U", role: "RESEARCHER" } });
const design = () =>
  studyDesign.parse({
    name: fresh("study"),
    criteria: [{ key: "fur", question: "Which fur is right?" }],
    arms: [
      { name: "one", datasetId },
      { name: "two", datasetId },
    ],
  });
const makeDraft = async () => (await createStudy(design(), "somebody")).id;
const makeOpened = async () => {
  const id = await makeDraft();
  await openStudy(id, "somebody");
  return id;
};
const makeRater = async () => {
  const study = await createOpenStudy(db, { captions: 2, ratersPerItem: 2 });
  const { raterId, newToken } = await joinStudy(study.inviteToken, {});
  return { ...study, raterId, token: newToken! };
};
const makeJob = async (state: "QUEUED" | "FAILED") => {
  const { id: subjectId } = await makeSampleSet("QUEUED");
  const { id } = await db.job.create({
    data: { id: crypto.randomUUID(), kind: "sample", payload: { sampleSetId: subjectId }, subjectId, state },
  });
  return { id, subjectId };
};
const makeWaitingRun = async () => {
  const settings = { previewCaptions: ["a dog"] };
  const { fineTuneId: id, jobId } = await startFineTune({ name: fresh("run"), datasetId, settings });
  return { id, jobId };
};
const pickCheck = async () => {
  const images = await db.image.findMany({ where: { datasetId }, take: 2, include: { captions: true } });
  return {
    criterion: "fur",
    use: "gold",
    captionId: images[0]!.captions[0]!.id,
    images: images.map(({ blobSha256 }) => blobSha256),
    right: { type: "best", position: 0 },
  };
};

async function writeModel(): Promise<string> {
  mkdirSync(join(dataFolder, "imports"), { recursive: true });
  const path = join(dataFolder, "imports", `${fresh("model").replace(" ", "-")}.safetensors`);
  const tensors = new Map(
    [...parameterShapes(presetOptions("tiny", "base"))].map(([tensor, shape]) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return [tensor, { dtype: "float32" as const, shape, data: new Float32Array(length) }];
    }),
  );
  await writeSafetensors(path, tensors, {});
  return path;
}

const deskInput = async () =>
  ({
    name: fresh("desk"),
    datasetId,
    selection: "all",
    people: 2,
    overlap: 0,
    peoplePerShared: 2,
    captionsPerImage: 1,
    instructions: "",
    language: "en",
    way: "open-link",
    holdHours: 24,
    showsDrafts: false,
  }) as const;
const makeDesk = async () => openDesk(await deskInput());
const makeClosedDesk = async () => {
  const { deskId } = await makeDesk();
  await closeDesk(deskId);
  return deskId;
};
/** Of somebody with a link of their own. */
const makeCaption = async () => {
  const { deskId } = await makeDesk();
  const [link] = await makePersonalLinks({ deskId, names: "Ada" });
  const visit = { network: address, device: "a browser", proof: undefined };
  const { captionerId, newToken } = await joinDesk(link!.path.replace("/desk/", ""), { visit });
  const { items } = await leaseImages(captionerId);
  const { taskId } = items[0]!;
  await saveCaption(captionerId, { taskId, position: 0, text: fresh("a caption"), isFromDraft: false });
  const { id: captionId } = await db.deskCaption.findFirstOrThrow({ where: { taskId } });
  return { deskId, captionerId, captionId, token: newToken!, next: items[1]!.taskId };
};

type Act = (input: unknown) => Promise<unknown>;
/** Prepares what an action needs, and calls it with `act`. */
type Performance = (act: Act) => Promise<unknown>;

/** How to perform each action, by "file name". Those that only read are named here too, so that none hides among them. */
const actions: Record<string, Performance | "reads"> = {
  "app/admin/actions.ts readGuide": "reads",
  "app/admin/actions.ts endGuide": (act) => act({}),
  "app/admin/datasets/actions.ts previewImport": "reads",
  "app/admin/datasets/actions.ts listCaptions": (act) => act({ name: fresh("captions"), text: "a dog" }),
  "app/admin/samples/actions.ts previewSampleImport": "reads",
  "app/admin/samples/actions.ts readFile": "reads",
  "app/admin/samples/actions.ts writeFile": "reads",
  "app/admin/samples/actions.ts writeComparisonFile": "reads",
  "app/admin/samples/actions.ts importSamples": async (act) => {
    const folder = join(dataFolder, "imports", "samples");
    mkdirSync(folder, { recursive: true });
    return act({ name: fresh("set"), datasetId, source: { kind: "folder", path: folder } });
  },
  "app/admin/datasets/actions.ts importDataset": async (act) => {
    const folder = join(dataFolder, "imports", "photographs");
    mkdirSync(folder, { recursive: true });
    await sharp({ create: { width: 64, height: 64, channels: 3, background: "#4a6" } })
      .png()
      .toFile(join(folder, "a.png"));
    return act({ name: fresh("dataset"), source: { kind: "folder", path: folder } });
  },
  "app/admin/datasets/[datasetId]/audit/actions.ts auditDataset": (act) => act({ datasetId }),
  "app/admin/datasets/[datasetId]/audit/actions.ts changeWordLists": (act) =>
    act({ datasetId, text: "# colour\nbrown" }),
  "app/admin/datasets/[datasetId]/audit/actions.ts keepCaption": async (act) => {
    const { id: captionId } = await db.caption.findFirstOrThrow({ where: { image: { datasetId } } });
    return act({ datasetId, captionId, attribute: "colour" });
  },
  "app/admin/datasets/desks/actions.ts openDeskAction": async (act) => act(await deskInput()),
  "app/admin/datasets/desks/actions.ts closeDeskAction": async (act) =>
    act({ deskId: (await makeDesk()).deskId }),
  "app/admin/datasets/desks/actions.ts makeLinksAction": async (act) =>
    act({ deskId: (await makeDesk()).deskId, names: "Ada" }),
  "app/admin/datasets/desks/actions.ts removeCaptionerAction": async (act) =>
    act({ captionerId: (await makeCaption()).captionerId }),
  "app/admin/datasets/desks/actions.ts draftCaptionsAction": async (act) =>
    act({ deskId: (await makeDesk()).deskId, model: { kind: "hub", id: "nobody/tiny" } }),
  "app/admin/datasets/desks/actions.ts reviewAction": async (act) => {
    const { deskId, captionId } = await makeCaption();
    return act({ deskId, captionIds: [captionId], verdict: "REJECTED" });
  },
  "app/admin/datasets/desks/actions.ts acceptAllAction": async (act) =>
    act({ deskId: (await makeCaption()).deskId }),
  "app/admin/datasets/desks/actions.ts correctAction": async (act) =>
    act({ captionId: (await makeCaption()).captionId, text: "a better caption" }),
  "app/admin/datasets/desks/actions.ts adoptAction": async (act) => {
    const { deskId } = await makeCaption();
    await acceptAllPending(deskId, "somebody");
    return act({ deskId });
  },
  "app/admin/datasets/actions.ts reviseDataset": async (act) => {
    const { id } = await db.caption.findFirstOrThrow({
      where: { image: { datasetId }, untilRevision: null },
    });
    return act({ datasetId, changes: { edited: [{ captionId: id, text: fresh("a dog") }] } });
  },
  "app/admin/datasets/actions.ts restoreRevision": async (act) => {
    const { id } = await db.caption.findFirstOrThrow({
      where: { image: { datasetId }, untilRevision: null },
    });
    const edited = [{ captionId: id, text: fresh("a dog") }];
    const { revision } = await reviseDataset(datasetId, { changes: { edited }, reason: "" });
    return act({ datasetId, revision: revision - 1 });
  },
  "app/admin/datasets/actions.ts splitDataset": (act) => act({ datasetId, heldOutShare: 0.4, seed: 1 }),
  "app/admin/datasets/actions.ts findDuplicates": (act) => act({ datasetId }),
  "app/admin/datasets/actions.ts setCaptionLanguage": (act) => act({ datasetId, captionLanguage: "de" }),
  "app/admin/entities/actions.ts remove": async (act) => {
    const made = {
      dataset: (await db.dataset.create({ data: { name: fresh("dataset"), state: "READY" } })).id,
      model: (await db.checkpoint.create({ data: { name: fresh("model"), ...storedCheckpoint } })).id,
      "fine-tune": (await makeFineTune()).id,
      adapter: (await makeAdapter()).id,
      "sample-set": (await makeSampleSet()).id,
      "mask-set": (await db.maskSet.create({ data: { name: fresh("masks"), datasetId, state: "FAILED" } }))
        .id,
      "guidance-comparison": (await db.guidanceComparison.create({ data: { name: fresh("comparison") } })).id,
      evaluation: (
        await db.evaluation.create({ data: { sampleSetId, datasetId, metrics: ["fid"], state: "FAILED" } })
      ).id,
      study: await makeDraft(),
      desk: await makeClosedDesk(),
    };
    for (const [kind, id] of Object.entries(made)) {
      await act({ kind, id });
      expect(await db.auditEntry.count({ where: { action: `${kind}.deleted`, subjectId: id } }), kind).toBe(
        1,
      );
    }
  },
  "app/admin/entities/actions.ts cancel": async (act) => {
    await act({ kind: "job", id: (await makeJob("QUEUED")).id, work: "sample" });
    await act({ kind: "sample-set", id: (await makeJob("QUEUED")).subjectId });
  },
  "app/admin/entities/actions.ts retry": async (act) => {
    await act({ kind: "job", id: (await makeJob("FAILED")).id, work: "sample" });
    await act({ kind: "sample-set", id: (await makeJob("FAILED")).subjectId });
  },
  "app/admin/evaluations/actions.ts evaluate": (act) => act({ sampleSetId, metrics: ["fid"] }),
  "app/admin/evaluations/actions.ts evaluateMissing": async (act) =>
    act({ sets: [{ id: (await makeSampleSet()).id }], metrics: ["kid"], sidesPx: [64] }),
  "app/admin/evaluations/networks/actions.ts download": (act) => act({ name: "clip-vit-b-32" }),
  "app/admin/fine-tunes/actions.ts saveNotes": async (act) =>
    act({ fineTuneId: (await makeFineTune()).id, tags: ["baseline"], notes: "Learns the colours." }),
  "app/admin/fine-tunes/actions.ts archive": async (act) => {
    const { id: fineTuneId } = await makeFineTune();
    await act({ fineTuneId, isArchived: true });
    await act({ fineTuneId, isArchived: false });
  },
  "app/admin/fine-tunes/actions.ts start": (act) => act({ name: fresh("run"), datasetId, settings: {} }),
  "app/admin/fine-tunes/actions.ts estimate": (act) => act({ name: fresh("trial"), datasetId, settings: {} }),
  "app/admin/fine-tunes/actions.ts findTrialOf": "reads",
  "app/admin/caption-actions.ts readTokens": "reads",
  "app/admin/fine-tunes/actions.ts prepare": "reads",
  "app/admin/fine-tunes/actions.ts readFile": "reads",
  "app/admin/fine-tunes/actions.ts writeFile": "reads",
  "app/admin/fine-tunes/[fineTuneId]/actions.ts pause": async (act) => act((await makeWaitingRun()).id),
  "app/admin/fine-tunes/[fineTuneId]/actions.ts request": async (act) => {
    const { id: fineTuneId } = await makeWaitingRun();
    await act({ fineTuneId, kind: "SAVE" });
    await act({ fineTuneId, kind: "SAMPLE" });
  },
  "app/admin/jobs/actions.ts move": async (act) => {
    await makeWaitingRun();
    await act({ jobId: (await makeWaitingRun()).jobId, to: "up" });
  },
  "app/admin/jobs/actions.ts setDuty": async (act) => {
    const worker = { hostname: "here", pid: 1, executionProvider: "cpu", declinedProviders: [] };
    const { id: workerId } = await db.worker.create({ data: { id: crypto.randomUUID(), ...worker } });
    for (const duty of ["DRAIN", "PAUSE", "WORK"]) await act({ workerId, duty });
  },
  "app/admin/models/actions.ts register": async (act) =>
    act({ name: fresh("model"), source: { kind: "file", path: await writeModel() } }),
  "app/admin/models/actions.ts makeExport": (act) => act({ checkpointId, format: "onnx" }),
  "app/admin/models/actions.ts mergeAdapters": async (act) =>
    act({
      name: fresh("merged"),
      baseCheckpointId: (
        await registerCheckpoint({ name: fresh("model"), source: { kind: "file", path: await writeModel() } })
      ).checkpointId,
      adapters: [{ adapterId: (await makeAdapter()).id, scale: 1 }],
    }),
  "app/admin/samples/actions.ts draw": (act) =>
    act({ name: fresh("set"), datasetId, baseCheckpointId: checkpointId, settings: {} }),
  "app/admin/samples/actions.ts drawAllCaptions": async (act) =>
    act({ sampleSetId: (await makeSampleSet()).id }),
  "app/admin/samples/actions.ts compareGuidance": (act) =>
    act({ name: fresh("comparison"), datasetId, baseCheckpointId: checkpointId, settings: {} }),
  "app/admin/samples/actions.ts cancelComparison": async (act) =>
    act({ guidanceComparisonId: await makeComparison() }),
  "app/admin/samples/actions.ts continueComparison": async (act) => {
    const guidanceComparisonId = await makeComparison();
    await cancelGuidanceComparison(guidanceComparisonId);
    return act({ guidanceComparisonId });
  },
  "app/admin/samples/actions.ts importMasks": async (act) => {
    const folder = join(dataFolder, "imports", "masks");
    mkdirSync(folder, { recursive: true });
    return act({ name: fresh("masks"), datasetId, source: { kind: "folder", path: folder } });
  },
  "app/admin/samples/actions.ts drawOwnCaption": (act) =>
    act({ caption: "a dog", baseCheckpointId: checkpointId, upsamplerCheckpointId: null, seed: 1 }),
  "app/admin/samples/actions.ts completeImage": async (act) => {
    const { blobSha256: sha256 } = await db.image.findFirstOrThrow();
    const options = { ...storedCheckpoint.options, inpaint: true };
    const { id } = await db.checkpoint.create({
      data: { ...storedCheckpoint, name: fresh("model"), options },
    });
    const inpaint = { imageSha256: sha256, maskSha256: sha256 };
    return act({ caption: "a dog", baseCheckpointId: id, upsamplerCheckpointId: null, seed: 1, inpaint });
  },
  "app/admin/settings/actions.ts removeTheDemo": (act) => act({}),
  "app/admin/studies/actions.ts createStudyAction": (act) => act(design()),
  "app/admin/studies/actions.ts previewRatingsAction": "reads",
  "app/admin/studies/actions.ts importRatingsAction": async (act) => {
    const { sha256 } = await storeBlob(Buffer.from("caption,rater,model,score\nc,r,m,1\n"), {
      mediaType: "text/csv",
    });
    return act({ name: fresh("imported"), source: { kind: "upload", name: "scores.csv", sha256 } });
  },
  "app/admin/studies/actions.ts attachMetricsAction": async (act) => {
    const [scores, table] = await Promise.all(
      ["caption,rater,model,score\nc,r,m,1\n", "caption,clip\nc,0.5\n"].map((text) =>
        storeBlob(Buffer.from(text), { mediaType: "text/csv" }),
      ),
    );
    const source = (sha256: string) => ({ kind: "upload" as const, name: "table.csv", sha256 });
    const asked = ratingsImport.parse({ name: fresh("imported"), source: source(scores!.sha256) });
    const { studyId } = await importRatings(asked, "somebody");
    return act({ studyId, source: source(table!.sha256) });
  },
  "app/admin/studies/actions.ts changeDraftAction": async (act) =>
    act({ studyId: await makeDraft(), design: design() }),
  "app/admin/studies/actions.ts addCheckAction": async (act) =>
    act({ studyId: await makeDraft(), check: await pickCheck() }),
  "app/admin/studies/actions.ts removeCheckAction": async (act) => {
    const check = await pickCheck();
    const draft = studyDesign.parse({ ...design(), checks: [check] });
    const { id: studyId } = await createStudy(draft, "somebody");
    return act({ studyId, index: 0, check });
  },
  "app/admin/studies/actions.ts openStudyAction": async (act) =>
    act({ studyId: await makeDraft(), isPilot: false }),
  "app/admin/studies/actions.ts endPilotAction": async (act) => {
    const { studyId } = await createOpenStudy(db, {
      captions: 1,
      ratersPerItem: 1,
      fields: { isPilot: true },
    });
    return act({ studyId, next: "start" });
  },
  "app/admin/studies/actions.ts closeStudyAction": async (act) =>
    act((await createOpenStudy(db, { captions: 1, ratersPerItem: 1 })).studyId),
  "app/admin/studies/actions.ts attachTimestampAction": async (act) => {
    const studyId = await makeOpened();
    const { text } = await getRegistration(studyId);
    return act({ studyId, reply: timestampReplyFor(text, new Date()).toString("base64") });
  },
  "app/admin/studies/actions.ts excludeRaterAction": async (act) =>
    act({ raterId: (await makeRater()).raterId, reason: "clicked through" }),
  "app/admin/studies/actions.ts reinstateRaterAction": async (act) => {
    const { raterId } = await makeRater();
    await db.rater.update({ where: { id: raterId }, data: { excludedAt: new Date(), exclusionReason: "x" } });
    return act(raterId);
  },
  "app/admin/studies/actions.ts changeAccessAction": async (act) =>
    act({ studyId: await makeDraft(), access: { way: "invitations" } }),
  "app/admin/studies/actions.ts makeInvitationsAction": async (act) =>
    act({ studyId: await makeDraft(), count: 2, labels: "" }),
  "app/admin/studies/actions.ts revokeInvitationAction": async (act) => {
    const studyId = await makeDraft();
    await makeInvitations({ studyId, count: 1, labels: "" }, "somebody");
    return act((await db.invitation.findFirstOrThrow({ where: { studyId } })).id);
  },
  "app/admin/studies/actions.ts renewSigningKeyAction": async (act) => act(await makeDraft()),
  "app/admin/studies/actions.ts releaseIdAction": async (act) => {
    const { raterId } = await makeRater();
    await db.rater.update({ where: { id: raterId }, data: { externalId: "p-1" } });
    return act(raterId);
  },
  "app/admin/users/actions.ts invite": (act) =>
    act({ name: "Emmy", email: `emmy${++counter}@example.org`, role: "RESEARCHER" }),
  "app/admin/users/actions.ts makeLink": async (act) => act({ userId: (await makeUser()).id }),
  "app/admin/users/actions.ts saveRole": async (act) => act({ userId: (await makeUser()).id, role: "RATER" }),
  "app/admin/users/actions.ts saveDisabled": async (act) =>
    act({ userId: (await makeUser()).id, disabled: true }),
  "app/(public)/account/actions.ts saveAccountAction": (act) =>
    act({
      name: "Ada L.",
      email: "ada@example.org",
      current: secrets[0],
      password: secrets[1],
      repeated: secrets[1],
    }),
  "app/(public)/account/actions.ts endSessionAction": async (act) =>
    act({ sessionId: await startOwnSession() }),
  "app/(public)/account/actions.ts endSessionsAction": (act) => act({}),
};

const visitor = { address, network: address, browser: "", deviceToken: null };
const options = () => authOptions(visitor, false, () => {});

async function startOwnSession(): Promise<string> {
  const user = await db.user.findUniqueOrThrow({ where: { id: member.id } });
  return startSession(user, visitor, false, db);
}

type Route = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;
/** The request and the names of its address; several where one route records several kinds. */
type Asked = { request: NextRequest; params?: Record<string, unknown> } | { perform: () => Promise<unknown> };
const site = "http://localhost:3000";
const get = (path = "/") => new NextRequest(`${site}${path}`);
const ofStudy = async (): Promise<Asked> => ({ request: get(), params: { studyId: await makeOpened() } });

/** NextAuth's route needs Next's own server around it, so what it calls is called here; tests/browser signs in for real. */
async function signIn(way: "password" | "link", fields: Record<string, string>): Promise<Asked> {
  const provider = options().providers.find(({ id, options }) => (options?.id ?? id) === way);
  const { authorize } = provider!.options as { authorize: (given: object) => Promise<unknown> };
  return { perform: () => authorize(fields).catch(() => null) };
}

/** Ways to perform each route that records something, by "METHOD file". */
const routes: Record<string, (() => Promise<Asked>)[]> = {
  "POST app/api/auth/[...nextauth]/route.ts": [
    async () => signIn("password", { email: "ada@example.org", password: "no such password" }),
    async () => {
      const { id } = await makeUser();
      const token = (await createSignInLink(id)).path.split("/").at(-1)!;
      return signIn("link", { token });
    },
    async () => signIn("link", { token: "no such token" }),
    async () => ({
      perform: async () =>
        options().events!.signOut!({ token: { sessionId: await startOwnSession() } } as never),
    }),
  ],
  "POST app/api/uploads/route.ts": [
    async () => ({
      request: new NextRequest(`${site}/api/uploads?for=dataset`, { method: "POST", body: "a photograph" }),
    }),
  ],
  "POST app/join/[token]/begin/route.ts": [
    async () => {
      const { studyId, inviteToken } = await createOpenStudy(db, { captions: 1, ratersPerItem: 1 });
      const body = new FormData();
      body.set("proof", solveChallenge(makeChallenge(studyId)));
      const request = new NextRequest(`${site}/join/x/begin`, { method: "POST", body });
      return { request, params: { token: inviteToken } };
    },
  ],
};
routes["POST app/desk/[link]/begin/route.ts"] = [
  async () => {
    const { deskId } = await makeDesk();
    const { linkToken } = await db.desk.findUniqueOrThrow({ where: { id: deskId } });
    const body = new FormData();
    body.set("name", "Ada");
    body.set("proof", solveChallenge(makeChallenge(deskId)));
    const request = new NextRequest(`${site}/desk/x/begin`, { method: "POST", body });
    return { request, params: { link: linkToken } };
  },
];
routes["GET app/api/desks/[deskId]/captions.csv/route.ts"] = [
  async () => ({ request: get(), params: { deskId: (await makeCaption()).deskId } }),
];
routes["GET app/api/audit.csv/route.ts"] = [
  async () => ({ request: get("/api/audit.csv?kind=study&actor=ada&from=2026-01-01") }),
];
routes["GET app/api/datasets/[datasetId]/export/route.ts"] = [
  async () => ({ request: get("/api/datasets/x/export?as=webdataset"), params: { datasetId } }),
];
routes["GET app/api/samples/[sampleSetId]/export/route.ts"] = [
  async () => ({ request: get("/api/samples/x/export?as=parquet"), params: { sampleSetId } }),
];
routes["GET app/api/adapters/[adapterId]/peft.zip/route.ts"] = [
  async () => {
    const path = join(dataFolder, "fur.safetensors");
    const pair = { a: new Float32Array(1), b: new Float32Array(1) };
    await writeLora(path, { rank: 1, alpha: 1, pairs: new Map([["a.weight", pair]]) });
    const { id } = await makeAdapter();
    const { sha256: blobSha256 } = await storeFile(path, { mediaType: "application/octet-stream" });
    await db.adapter.update({ where: { id }, data: { blobSha256 } });
    return { request: get(), params: { adapterId: id } };
  },
];
for (const file of [
  "differences.csv",
  "differences.json",
  "leaderboard.csv",
  "leaderboard.json",
  "leaderboard.parquet",
  "release.zip",
  "sensitivity.json",
  "correlations.json",
  "votes.csv",
]) {
  routes[`GET app/api/studies/[studyId]/${file}/route.ts`] = [ofStudy];
}

/** Those that change something without an entry of their own, and why that is right. */
const readsDespiteMethod: Record<string, string> = {
  "POST app/api/studies/plan/route.ts": "it simulates; the question is too long for an address",
};

const files = ["app", "components", "lib"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("generated"))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`),
);
const actionFiles = files.filter((path) =>
  /^\s*["']use server["']/m.test(readFileSync(join(root, path), "utf8")),
);
const routeFiles = files.filter((path) => /(^|\/)route\.ts$/.test(path));
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

type Recording = { records?: Records };
const load = (path: string) =>
  import(/* @vite-ignore */ join(root, path)) as Promise<Record<string, unknown>>;
const declared = ({ records }: Recording) => (typeof records === "string" ? [records] : [...(records ?? [])]);

/** Performs one thing as one request, and checks the entries of it. @returns the kinds that it recorded */
async function performed(what: string, perform: () => Promise<unknown>): Promise<string[]> {
  const requestId = crypto.randomUUID();
  const complaint = vi.spyOn(console, "error");
  await inRequest({ requestId, address }, perform);
  const complaints = [...complaint.mock.calls];
  complaint.mockRestore();
  expect(complaints, what).toEqual([]);
  const entries = await db.auditEntry.findMany({ where: { requestId } });
  for (const entry of entries) {
    expect(entry, what).toMatchObject({
      // Raters and captioners are promised that theirs is not kept.
      address: ["rater.joined", "captioner.joined"].includes(entry.action) ? null : address,
      actor: expect.stringMatching(/./),
      subjectKind: expect.stringMatching(/./),
      subjectId: expect.stringMatching(/./),
    });
    const stored = JSON.stringify(entry);
    for (const secret of [...secrets, "no such password", "no such token"])
      expect(stored, what).not.toContain(secret);
    expect(stored, what).not.toMatch(/\/sign-in\/|\/join\/|tokenHash|passwordHash/);
  }
  return entries.map(({ action }) => action);
}

describe("every server action", () => {
  it("declares what it records", async () => {
    const found: string[] = [];
    for (const path of actionFiles) {
      for (const [name, value] of Object.entries(await load(path))) {
        const key = `${path} ${name}`;
        found.push(key);
        expect(actions[key], `${key} has no performance in this test`).toBeDefined();
        const kinds = declared(value as Recording);
        expect(kinds.length === 0, `${key} records nothing`).toBe(actions[key] === "reads");
        for (const kind of kinds) expect(Object.keys(auditKinds)).toContain(kind);
      }
    }
    expect(found.toSorted()).toEqual(Object.keys(actions).toSorted());
  });

  for (const [key, perform] of Object.entries(actions)) {
    if (perform === "reads") continue;
    it(`leaves an entry: ${key}`, async () => {
      const [path, name] = key.split(/ (?=\w+$)/) as [string, string];
      const action = (await load(path))[name] as Act & Recording;
      const kinds = await performed(key, () =>
        perform(async (input) => {
          expect(await action(input)).toMatchObject({ ok: true });
        }),
      );
      for (const kind of declared(action)) {
        if (declared(action).length === 1) expect(kinds).toContain(kind);
      }
      expect(declared(action).some((kind) => kinds.includes(kind))).toBe(true);
      const own = await db.auditEntry.findMany({ where: { actor: member.email, action: { in: kinds } } });
      expect(own.length).toBeGreaterThan(0);
    });
  }
});

describe("every route", () => {
  it("says what it records", async () => {
    const recording: string[] = [];
    for (const path of routeFiles) {
      const handlers = Object.entries(await load(path)).filter(([name]) => methods.includes(name));
      expect(handlers.length, path).toBeGreaterThan(0);
      for (const [method, handler] of handlers) {
        const key = `${method} ${path}`;
        expect(
          (handler as Recording).records,
          `${key} is not made by protectedRoute or publicRoute`,
        ).toBeDefined();
        const kinds = declared(handler as Recording);
        if (kinds.length > 0) recording.push(key);
        else if (method !== "GET") expect(readsDespiteMethod[key], `${key} records nothing`).toBeDefined();
      }
    }
    expect(recording.toSorted()).toEqual(Object.keys(routes).toSorted());
  });

  for (const [key, ways] of Object.entries(routes)) {
    it(`leaves an entry: ${key}`, async () => {
      const [method, path] = key.split(/ (.*)/s) as [string, string];
      const handler = (await load(path))[method] as Route & Recording;
      for (const way of ways) {
        const asked = await way();
        const kinds = await performed(key, async () => {
          if ("perform" in asked) return asked.perform();
          const { request, params = {} } = asked;
          const response = await handler(request, { params: Promise.resolve(params) });
          expect(response.status, key).toBeLessThan(500);
        });
        expect(
          declared(handler).some((kind) => kinds.includes(kind)),
          kinds.join(),
        ).toBe(true);
      }
    });
  }
});

describe("every request of the rater's screen", () => {
  it("leaves its row, which names the rater and the time", async () => {
    const { studyId, raterId, token } = await makeRater();
    const send = (pattern: string, body?: unknown) => {
      const { answer, method } = raterRequests.find((each) => each.pattern.endsWith(pattern))!;
      const { name } = raterCookie(studyId, token, false);
      const cookie = `${name}=${token}`;
      const request = new Request(`${site}/api/rate/${studyId}`, { method, headers: { cookie } });
      const readBody = async () => Buffer.from(JSON.stringify(body ?? {}));
      return inRequest({ address }, () => answer(request, { studyId, deskId: "", token: "" }, readBody));
    };
    expect(await (await send("/open")).json()).toMatchObject({
      studyName: expect.any(String),
      guideLeadsTo: null,
    });
    const leased = (await (await send("/lease")).json()) as {
      lease: { items: { assignmentId: string }[] };
    };
    const [first, second] = leased.lease.items;
    await send("/code");
    await send("/report", { assignmentId: second!.assignmentId, reason: "other", text: "", skips: false });
    await send("/answer", {
      assignmentId: first!.assignmentId,
      answer: { type: "pair", winner: "left" },
      clientKey: crypto.randomUUID(),
      latencyMs: 900,
    });
    const rows = {
      Assignment: await db.assignment.count({ where: { raterId } }),
      Rating: await db.rating.count({ where: { assignment: { raterId } } }),
      ItemReport: await db.itemReport.count({ where: { assignment: { raterId } } }),
      Rater: await db.rater.count({ where: { id: raterId, deviceCodeHash: { not: null } } }),
    };
    for (const { keptIn, method, pattern } of raterRequests) {
      expect(keptIn === null, pattern).toBe(method === "GET");
      if (keptIn) expect(rows[keptIn as keyof typeof rows], pattern).toBeGreaterThan(0);
    }
  });
});

describe("every request of the captioner’s screen", () => {
  it("leaves its row, which names the captioner and the time", async () => {
    const { deskId, captionerId, token, next } = await makeCaption();
    const send = async (pattern: string, body: unknown) => {
      const { answer, method } = captionerRequests.find((each) => each.pattern.endsWith(pattern))!;
      const headers = { cookie: `${raterCookie(deskId, token, false).name}=${token}` };
      const request = new Request(`${site}/api/caption/${deskId}`, { method, headers });
      const readBody = async () => Buffer.from(JSON.stringify(body));
      const response = await inRequest({ address }, () =>
        answer(request, { studyId: "", deskId, token: "" }, readBody),
      );
      expect(response.status, pattern).toBe(200);
      return (await response.json()) as Record<string, unknown>;
    };
    expect(await send("/open", {})).toMatchObject({
      deskName: expect.any(String),
      firstLease: { isClosed: false },
    });
    await send("/lease", {});
    expect(await send("/tokens", { text: "a brown dog" })).toEqual({ tokens: 3 });
    await send("/save", { taskId: next, position: 0, text: "a second caption", isFromDraft: false });
    const { items } = (await send("/own", {})) as { items: { taskId: string }[] };
    expect(items.map(({ taskId }) => taskId)).toContain(next);
    const lease = await leaseImages(captionerId, { takesMore: true });
    await send("/skip", { taskId: lease.items[0]!.taskId, reason: "unclear", text: "" });
    const rows = {
      CaptionTask: await db.captionTask.count({ where: { captionerId, state: "SKIPPED" } }),
      DeskCaption: await db.deskCaption.count({ where: { task: { captionerId } } }),
    };
    expect(rows).toEqual({ CaptionTask: 1, DeskCaption: 2 });
    // Counting what is typed changes nothing: it is too long for an address.
    for (const { keptIn, method, pattern } of captionerRequests) {
      expect(keptIn === null, pattern).toBe(method === "GET" || pattern.endsWith("/tokens"));
    }
  });
});
