/** A study's release: what its files are called, and the leaderboard that follows from them without any database. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { computeStandings, sensitivityOf } from "@/lib/questions/answer-statistics";
import { questionTypeNames } from "@/lib/questions/question-types";
import { defaultRaters, primaryPairOf, registration } from "@/lib/studies/design/registration";
import { nameFromPlan } from "@/lib/studies/plan/plan-hash";
import { readTimestampReply } from "@/lib/studies/registration/timestamp-reply";
import { stopping } from "@/lib/studies/stopping/stopping";
import { differencesToCsv, differencesToJson, publishDifferences } from "../files/differences-csv";
import {
  type LeaderboardOrigin,
  leaderboardToCsv,
  leaderboardToJson,
  publishLeaderboard,
} from "../files/leaderboard-csv";
import { sensitivityToJson } from "../files/sensitivity-json";
import { csvToVotes, type ReleasedVote } from "../read/read-votes-file";

/** Everything but the images, which are in `pictures/` under their SHA-256. */
export const releaseFiles = {
  readme: "README.md",
  study: "study.json",
  /** The plan, byte for byte what the plan hash is the SHA-256 of. */
  design: "design.json",
  /** What was planned, as design.json holds it; absent in releases of plans of format 1. */
  registration: "registration.txt",
  /** An authority's timestamp of registration.txt, where the researchers attached one. */
  timestamp: "registration.tsr",
  votes: "votes.csv",
  /** What raters reported of items. */
  reports: "reports.csv",
  /** Where imported images come from; absent where no arm was imported. */
  origins: "origins.csv",
  leaderboardCsv: "leaderboard.csv",
  leaderboardJson: "leaderboard.json",
  differencesCsv: "differences.csv",
  differencesJson: "differences.json",
  sensitivity: "sensitivity.json",
} as const;

/** Raised when the same votes give other numbers, so that an older release could not be rebuilt. */
export const releaseVersion = 2;

/** study.json: what is not in the plan. */
export const releasedStudy = z.object({
  release_version: z.literal(releaseVersion),
  study_id: z.string(),
  name: z.string(),
  plan_hash: z.string(),
  /** SHA-256 of the weights behind each arm's images; null for photographs. */
  checkpoint_sha256: z.record(z.string(), z.string().nullable()),
  /** Images of the demo's miniature, and votes that may be simulated. */
  is_demo: z.boolean(),
  /** Whether no later release can have other votes; absent from releases that did not know it. */
  is_final: z.boolean().optional(),
  closed_at: z.iso.datetime().nullable().optional(),
  /** Until when answers were taken that were on their way at closing; null while the study was open. */
  answers_end_at: z.iso.datetime().nullable().optional(),
  /** How it ended and when it was first looked at; absent from releases that did not know it. */
  stopping: stopping.optional(),
  /** Where the answers of an imported study come from; absent from studies that were held here. */
  imported: z.object({ file_name: z.string(), sha256: z.string() }).optional(),
  /** The pilot that was dropped before the first vote; absent where there was none. */
  pilot: z
    .object({ ended_at: z.iso.datetime(), raters: z.number().int(), answers: z.number().int() })
    .optional(),
});
export type ReleasedStudy = z.infer<typeof releasedStudy>;

/** The part of design.json that the statistics need; plans of format 1 have no registration. */
const releasedDesign = z.object({
  registration: registration.prefault({}),
  registrationText: z.string().nullable().default(null),
  seed: z.number().int(),
  primary: z.unknown(),
  criteria: z.array(
    z.object({
      key: z.string(),
      questionType: z.string().transform(nameFromPlan).pipe(z.enum(questionTypeNames)),
    }),
  ),
  arms: z.array(
    z.object({ name: z.string(), datasetId: z.string().nullable(), sampleSetId: z.string().nullable() }),
  ),
});

/** What follows from the votes of the raters whom the registration counts: every file with its text. */
export function releasedResults(
  study: ReleasedStudy,
  designJson: string,
  votes: readonly ReleasedVote[],
): [name: string, text: string][] {
  const design = releasedDesign.parse(JSON.parse(designJson));
  const from = design.arms.find((arm) => arm.sampleSetId !== null);
  const to = design.arms.find((arm) => arm.datasetId !== null);
  const countsFlagged = defaultRaters(design.registration) === "not-excluded";
  const results = design.criteria.map(({ key, questionType }) => {
    const counted = votes.filter(
      ({ criterion, isExcluded, isFlagged }) =>
        criterion === key && !isExcluded && (countsFlagged || !isFlagged),
    );
    const primaryPair = primaryPairOf(design.primary, key);
    const standings = computeStandings(questionType, counted, {
      seed: design.seed,
      arms: design.arms.map(({ name }) => name),
      ...(from && to ? { way: { from: from.name, to: to.name } } : {}),
      ...(primaryPair ? { primaryPair } : {}),
    });
    const origin: LeaderboardOrigin = {
      studyId: study.study_id,
      criterion: key,
      checkpointSha256ByArm: study.checkpoint_sha256,
      isDemo: study.is_demo,
      ...(study.stopping ? { stopping: study.stopping } : {}),
    };
    const sensitivity = sensitivityOf(
      questionType,
      votes.filter(({ criterion }) => criterion === key),
      { arms: standings.arms, raters: defaultRaters(design.registration), primaryPair },
    );
    return {
      sensitivity: { criterion: key, sensitivity },
      rows: publishLeaderboard(standings, origin),
      differences: publishDifferences(standings, origin),
    };
  });
  const rows = results.flatMap((result) => result.rows);
  const differences = results.flatMap((result) => result.differences);
  return [
    [releaseFiles.leaderboardCsv, leaderboardToCsv(rows)],
    [releaseFiles.leaderboardJson, leaderboardToJson(rows)],
    [releaseFiles.differencesCsv, differencesToCsv(differences)],
    [releaseFiles.differencesJson, differencesToJson(differences)],
    [
      releaseFiles.sensitivity,
      sensitivityToJson(
        results.map((result) => result.sensitivity),
        study.study_id,
      ),
    ],
  ];
}

export type RebuiltRelease = {
  votes: number;
  images: number;
  planHash: string;
  /** False where a later release may have other votes. */
  isFinal: boolean;
  csv: string;
  json: string;
};

/**
 * Computes leaderboard and differences from a release's votes and plan, and compares them with the published byte for byte.
 * Every vote's own hash, the plan's hash and each image's hash are checked on the way.
 *
 * @param read the bytes of a file of the release, null where it has none of that name
 * @throws SemblanceError `invalid_file` naming the file, and in votes.csv the line, that was changed or is missing
 */
export async function rebuildRelease(
  read: (name: string) => Promise<Uint8Array | null>,
): Promise<RebuiltRelease> {
  const bytesOf = async (name: string) => {
    const bytes = await read(name);
    if (bytes) return bytes;
    throw changed(name, "is missing from the release");
  };
  const text = async (name: string) => Buffer.from(await bytesOf(name)).toString("utf8");
  const described = readJson(await text(releaseFiles.study));
  const version = z.object({ release_version: z.number() }).safeParse(described).data?.release_version;
  if (version !== undefined && version !== releaseVersion) {
    throw new SemblanceError(
      "invalid_file",
      `The release has version ${version}; this Semblance computes releases of version ${releaseVersion}, whose numbers differ.`,
      { remedy: "Rebuild it with the Semblance that made it.", details: { file: releaseFiles.study } },
    );
  }
  const parsed = releasedStudy.safeParse(described);
  if (!parsed.success) throw changed(releaseFiles.study, "does not describe a release");
  const study = parsed.data;
  const designJson = await text(releaseFiles.design);
  const planHash = sha256(designJson);
  if (planHash !== study.plan_hash) {
    throw changed(
      releaseFiles.design,
      `has the hash ${planHash}, not the study's plan hash ${study.plan_hash}`,
    );
  }
  await checkRegistration(designJson, read);
  const votes = await csvToVotes(await bytesOf(releaseFiles.votes), releaseFiles.votes);
  const images = new Set(votes.flatMap(({ imageSha256s }) => imageSha256s));
  for (const name of images) {
    const file = imageFile(name);
    const bytes = await read(file);
    if (!bytes) throw changed(file, "is missing from the release");
    if (sha256(bytes) !== name) throw changed(file, "does not have the hash that it is named by");
  }
  const results = releasedResults(study, designJson, votes);
  for (const [name, mine] of results) {
    const theirs = await text(name);
    if (mine === theirs) continue;
    const theirLines = theirs.split("\n");
    const line = mine.split("\n").findIndex((own, index) => own !== theirLines[index]);
    throw changed(name, `differs on line ${line < 0 ? theirLines.length : line + 1} from what the votes say`);
  }
  return {
    votes: votes.length,
    images: images.size,
    planHash,
    isFinal: study.is_final === true,
    csv: new Map(results).get(releaseFiles.leaderboardCsv)!,
    json: new Map(results).get(releaseFiles.leaderboardJson)!,
  };
}

/** The text is the one that the plan hash covers, and a timestamp that is beside it is of this text. */
async function checkRegistration(
  designJson: string,
  read: (name: string) => Promise<Uint8Array | null>,
): Promise<void> {
  const { registrationText } = releasedDesign.parse(JSON.parse(designJson));
  if (registrationText === null) return;
  const bytes = await read(releaseFiles.registration);
  if (!bytes) throw changed(releaseFiles.registration, "is missing from the release");
  if (Buffer.from(bytes).toString("utf8") !== registrationText) {
    throw changed(releaseFiles.registration, `is not the text in ${releaseFiles.design}`);
  }
  const reply = await read(releaseFiles.timestamp);
  if (!reply) return;
  try {
    readTimestampReply(reply, registrationText);
  } catch (error) {
    throw changed(
      releaseFiles.timestamp,
      `is not a timestamp of ${releaseFiles.registration}: ${(error as Error).message.replace(/\.$/, "")}`,
    );
  }
}

/** Where a release keeps an image: releases of all versions can be rebuilt, so the folder keeps its name. */
export const imageFile = (sha: string) => `pictures/${sha}.png`;

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Undefined, which no schema takes, where the text is not JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function changed(file: string, fault: string): SemblanceError {
  return new SemblanceError("invalid_file", `${file} ${fault}.`, {
    remedy: "Use the release as published.",
    details: { file },
  });
}
