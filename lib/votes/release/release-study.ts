/** A study's raw data as files from which anybody can rebuild its leaderboard. */
import { createHash } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { writeZip } from "@/lib/platform/storage/write-zip";
import { type PrimaryComparison, primaryComparison } from "@/lib/studies/design/registration";
import { readImported } from "@/lib/studies/imported-study";
import { planToJson } from "@/lib/studies/plan/plan-hash";
import { readPlan } from "@/lib/studies/plan/read-plan";
import { answersEndAt, fixVotes } from "@/lib/studies/stopping/final-data";
import { stoppingNotes } from "@/lib/studies/stopping/stopping";
import { counted } from "@/lib/text/counted";
import { markdownText } from "@/lib/text/markdown-text";
import { logExport } from "../files/log-export";
import { originsToCsv } from "../files/origins-file";
import { reportsToCsv } from "../files/reports-file";
import { sensitivityNotes } from "../files/sensitivity-json";
import { getLeaderboardStudy } from "../leaderboard/get-leaderboard-study";
import { listDeviations } from "../leaderboard/list-deviations";
import { listReports } from "../list/list-item-reports";
import { listRecordedVotes, type RecordedVote } from "../list/list-votes";
import { type FlagsOfRater, flagsOfVotes } from "../list/select-votes";
import { type VoteFileOrigin, voteLines, votesHeader } from "../read/votes-file";
import {
  imageFile,
  type ReleasedStudy,
  releasedResults,
  releaseFiles,
  releaseVersion,
} from "./rebuild-leaderboard";

/** Bytes that are made while they are read must be read before the next file is asked for. */
export type ReleaseFile = { name: string; bytes: Uint8Array | AsyncIterable<Uint8Array> };

/**
 * The files of a release, one after the other; written into the audit log as an export. Of a study that takes no answer
 * any more it is final: from then on its votes stay as they are, and so does every later release. Earlier ones say that
 * they are provisional.
 *
 * @throws SemblanceError `not_found`, `conflict` for a draft, a pilot, or where the stored plan does not have the plan hash
 */
export async function* releaseStudy(studyId: string, actor: string): AsyncGenerator<ReleaseFile> {
  const [plan, { studyName, planHash, checkpointSha256ByArm, isDemo, stopping }] = await Promise.all([
    readPlan(studyId),
    getLeaderboardStudy(studyId),
  ]);
  const designJson = planToJson(plan);
  const stored = await db.study.findUniqueOrThrow({ where: { id: studyId } });
  const { closedAt, pilotEndedAt, pilotRaters, pilotAnswers } = stored;
  const imported = readImported(stored.imported);
  if (stopping.is_pilot) {
    throw new SemblanceError("conflict", `“${studyName}” is a pilot: its answers do not count.`, {
      remedy: "Start the study, which deletes them. To look at a pilot's votes, export only the votes.",
    });
  }
  const endAt = answersEndAt(stored);
  if (planHash === null || createHash("sha256").update(designJson).digest("hex") !== planHash) {
    throw new SemblanceError(
      "conflict",
      `The plan of “${studyName}” does not have the hash it was opened with.`,
      {
        remedy:
          "Its items or design were changed in the database, or it was opened by an older version. Export only the votes.",
      },
    );
  }
  const isFinal = await db.$transaction((transaction) => fixVotes(transaction, studyId));
  await logExport(studyId, "release", actor, { isFinal });
  const study: ReleasedStudy = {
    release_version: releaseVersion,
    study_id: studyId,
    name: studyName,
    plan_hash: planHash,
    checkpoint_sha256: checkpointSha256ByArm,
    is_demo: isDemo,
    is_final: isFinal,
    closed_at: closedAt?.toISOString() ?? null,
    answers_end_at: endAt?.toISOString() ?? null,
    stopping,
    ...(imported === null ? {} : { imported: { file_name: imported.fileName, sha256: imported.sha256 } }),
    ...(pilotEndedAt === null
      ? {}
      : {
          pilot: {
            ended_at: pilotEndedAt.toISOString(),
            raters: pilotRaters ?? 0,
            answers: pilotAnswers ?? 0,
          },
        }),
  };
  const file = (name: string, text: string): ReleaseFile => ({ name, bytes: Buffer.from(text, "utf8") });
  const { registrationText, timestampReply } = plan.study;
  yield file(releaseFiles.study, `${JSON.stringify(study, null, 2)}\n`);
  yield file(releaseFiles.design, designJson);
  if (registrationText !== null) yield file(releaseFiles.registration, registrationText);
  if (registrationText !== null && timestampReply !== null) {
    yield { name: releaseFiles.timestamp, bytes: timestampReply };
  }
  const votes = await listRecordedVotes(studyId);
  const flagsOf = flagsOfVotes(votes);
  for (const vote of votes) vote.isFlagged = flagsOf(vote) !== "";
  yield {
    name: releaseFiles.votes,
    bytes: votesFile(votes, { studyId, seed: plan.study.seed, planHash }, flagsOf),
  };
  yield file(releaseFiles.reports, reportsToCsv(await listReports(studyId)));
  const origins = imported === null ? await originsToCsv(plan) : null;
  if (origins !== null) yield file(releaseFiles.origins, origins);
  // From what is in the file, as whoever rebuilds it will do.
  const results = releasedResults(study, planToJson({ ...plan, items: [] }), votes);
  for (const [name, text] of results) yield file(name, text);
  yield file(
    releaseFiles.readme,
    readme(study, votes.length, {
      primary: registrationText === null ? null : primaryComparison.nullable().parse(plan.study.primary),
      isRegistered: registrationText !== null,
      hasTimestamp: timestampReply !== null,
      hasOrigins: origins !== null,
      deviations: await listDeviations(studyId),
      sensitivity: sensitivityNotes(new Map(results).get(releaseFiles.sensitivity)!),
    }),
  );
  const images = new Set(plan.items.flatMap((item) => item.images.flatMap(({ sha256 }) => sha256 ?? [])));
  for (const sha256 of [...images].sort()) yield { name: imageFile(sha256), bytes: await readBlob(sha256) };
}

/** votes.csv in pieces. */
async function* votesFile(
  votes: readonly RecordedVote[],
  origin: VoteFileOrigin,
  flagsOf: FlagsOfRater,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(votesHeader);
  for (const lines of voteLines(votes, origin, flagsOf)) yield Buffer.from(lines);
}

/**
 * Writes the release as one zip file, one of its files after the other.
 *
 * @param path of a file that is not there yet
 * @param onWritten as for `writeZip`
 * @returns its size in bytes
 * @throws SemblanceError as `releaseStudy`; `too_large` beyond 4 GiB
 */
export async function zipRelease(
  studyId: string,
  actor: string,
  path: string,
  onWritten?: (bytes: number) => void,
): Promise<number> {
  async function* entries() {
    for await (const { name, bytes } of releaseStudy(studyId, actor)) {
      yield { name, bytes, isPacked: name.endsWith(".png") };
    }
  }
  const tooLarge = {
    message: "The release does not fit into a zip file.",
    remedy: "Write it into a folder: npx semblance study release NAME --out FOLDER.",
  };
  return writeZip(path, entries(), tooLarge, onWritten);
}

function statusText({ is_final, answers_end_at }: ReleasedStudy): string {
  if (is_final)
    return "**Final.** The study no longer accepts answers, and every later release has the same votes.";
  return answers_end_at
    ? `**Provisional.** The study is closed, but accepts delayed answers until ${answers_end_at}. A later release may have more votes.`
    : "**Provisional.** The study is open. A later release may have more votes.";
}

function pilotText({ pilot }: ReleasedStudy): string[] {
  if (!pilot) return [];
  return [
    `A pilot came before: ${counted(pilot.answers, "answer", "answers")} by ${counted(pilot.raters, "rater", "raters")}. All were deleted on ${pilot.ended_at}, before the first of these votes.`,
  ];
}

type Planned = {
  primary: PrimaryComparison | null;
  isRegistered: boolean;
  hasTimestamp: boolean;
  hasOrigins: boolean;
  deviations: readonly string[];
  /** What the results depend on. */
  sensitivity: readonly string[];
};

function readme(study: ReleasedStudy, votes: number, planned: Planned): string {
  return `# ${markdownText(study.name)}

${
  study.imported
    ? `Imported answers: ${counted(votes, "vote", "votes")} from ${markdownText(study.imported.file_name)} (SHA-256 ${study.imported.sha256}). Semblance did not collect them, and does not know how raters were asked. There are no images.`
    : `Raw data of a blind study: ${counted(votes, "vote", "votes")}.`
}

${[statusText(study), ...(study.stopping ? stoppingNotes(study.stopping) : []), ...pilotText(study)].join("\n\n")}

| file | contents |
| --- | --- |
| votes.csv | one row per vote, each sealed with the SHA-256 of its other cells (row_sha256) |
| reports.csv | problems that raters reported with items: a missing image, a caption that cannot be understood, upsetting content |
${planned.hasOrigins ? "| origins.csv | model, seed and settings of the imported images, as their generators' files say |\n" : ""}| design.json | the plan; its SHA-256 is the plan hash ${study.plan_hash}, fixed when the study opened |
${planned.isRegistered ? "| registration.txt | what was planned, in words; design.json holds the same text, so the plan hash covers it |\n" : ""}${planned.isRegistered && planned.hasTimestamp ? "| registration.tsr | a timestamping authority's reply (RFC 3161) for registration.txt |\n" : ""}| study.json | the study's id and name, the plan hash, the weights behind each arm, how the study ended |
| leaderboard.csv, leaderboard.json | ratings and ranks, from the votes of the raters who count |
| differences.csv, differences.json | the difference between every two arms, and whether the study separates them; ranks follow from this |
| sensitivity.json | the leading difference under alternative choices: what “neither” means, which raters count |
| pictures/ | every image as raters saw it, named by its SHA-256 |

## Registered and exploratory

${registeredText(planned)}

Deviations from the plan:

${planned.deviations.map((deviation) => `- ${markdownText(deviation)}`).join("\n") || "- none that Semblance can detect"}

## What the results depend on

${planned.sensitivity.map((note) => `- ${markdownText(note)}`).join("\n") || "- no question compares two arms yet"}

sensitivity.json has the figures.

## Rebuilding

The leaderboard is rebuilt, and compared byte for byte, with:

    npx semblance rebuild FOLDER-OR-ZIP

Raters appear under pseudonyms. Columns of votes.csv that hold lists (shown, ranking, picture_sha256s) are JSON, from
left to right; missed_words (positions of words in the caption, from 0) and wrong_points (shares of width and height) are
JSON objects by place on the screen.
${
  planned.isRegistered && planned.hasTimestamp
    ? `
The timestamp is checked with the authority's certificates:

    openssl ts -verify -data registration.txt -in registration.tsr -CAfile AUTHORITY.pem
`
    : ""
}`;
}

function registeredText({ primary, isRegistered }: Planned): string {
  if (!isRegistered) return "There is no registration: every result is exploratory.";
  if (primary === null) return "No primary comparison was registered: every result is exploratory.";
  const [first, second] = primary.arms.map(markdownText);
  return `Registered: the difference between ${first} and ${second} on the question ${primary.question}. Every other result is exploratory.`;
}
