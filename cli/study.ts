/** `semblance study`: plans, opens and closes studies, and prints their results. */
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { Writable } from "node:stream";
import { z } from "zod";
import { startOpening } from "@/jobs/open-study/start";
import { SemblanceError } from "@/lib/errors";
import { describeLeftOut } from "@/lib/images/left-out";
import { db } from "@/lib/platform/database/db";
import { serverAddress } from "@/lib/platform/server/server-address";
import { excludeRater, reinstateRater } from "@/lib/rating/checks/exclude-rater";
import { deleteStudy } from "@/lib/studies/delete-study";
import { changeDraft } from "@/lib/studies/design/change-draft";
import { createStudy } from "@/lib/studies/design/create-study";
import { getDesign } from "@/lib/studies/design/get-design";
import { studyDesign } from "@/lib/studies/design/study-design";
import { getStudy } from "@/lib/studies/get-study";
import { attachTimestamp } from "@/lib/studies/registration/attach-timestamp";
import { getRegistration } from "@/lib/studies/registration/get-registration";
import { timestampRequest } from "@/lib/studies/registration/timestamp-reply";
import { closeStudy } from "@/lib/studies/stopping/close-study";
import { endPilot } from "@/lib/studies/stopping/end-pilot";
import { counted } from "@/lib/text/counted";
import { storedSpellings } from "@/lib/text/name-text";
import { handOutVotes } from "@/lib/votes/files/export-study";
import { listRaters } from "@/lib/votes/list/list-raters";
import { followJob } from "./follow-job";
import { attachTable, importFile, type RatingsOptions } from "./study-ratings";
import { exported, release, resultToFile } from "./study-results";
import { toTable } from "./table";

/** What the audit log says of changes made here. */
const actor = "command line";

const verbs = [
  "list",
  "create",
  "import",
  "delete",
  "design",
  "change",
  "open",
  "end-pilot",
  "close",
  "raters",
  "exclude",
  "reinstate",
  "leaderboard",
  "votes",
  "sensitivity",
  "metrics",
  "correlations",
  "differences",
  "registration",
  "timestamp",
  "release",
] as const;

export type StudyOptions = RatingsOptions & {
  criterion?: string;
  design?: string;
  out?: string;
  rater?: string;
  reason?: string;
  reply?: string;
  pilot?: boolean;
  toDraft?: boolean;
};

/**
 * @param verb list | create DESIGN.json | import RATINGS.csv | delete NAME | design NAME | change NAME | open NAME | end-pilot NAME | close NAME | raters NAME |
 *   exclude NAME | reinstate NAME | leaderboard NAME | votes NAME | sensitivity NAME | metrics NAME | correlations NAME | differences NAME |
 *   registration NAME | timestamp NAME | release NAME
 * @param options.design the design file that `change` gives a draft
 * @param options.out where `release` goes, or a leaderboard as CSV, JSON or Parquet, or differences as CSV or JSON; without it they are printed;
 *   for `timestamp` the request (.tsq)
 * @param options.reply for `timestamp`: the authority's reply (.tsr) that is attached
 * @param subject the file for `create` and `import`, else a study's name or id
 * @returns the exit code, 0
 * @throws SemblanceError for an unknown verb or study, or a design with errors (each field named)
 */
export async function study(
  verb: string,
  subject: string | undefined,
  options: StudyOptions = {},
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const said = await answer(verb, subject, options);
  if (typeof said === "string") output.write(said);
  else await writeAll(said, output);
  return 0;
}

/** No more is made than is read. */
async function writeAll(
  pieces: AsyncIterable<string>,
  output: Pick<NodeJS.WriteStream, "write">,
): Promise<void> {
  for await (const piece of pieces) {
    if (!output.write(piece) && output instanceof Writable) await once(output, "drain");
  }
}

async function answer(
  verb: string,
  subject: string | undefined,
  options: StudyOptions,
): Promise<string | AsyncIterable<string>> {
  const { criterion, design, out, rater, reason, reply, pilot = false, toDraft = false } = options;
  switch (verb) {
    case "list": {
      const studies = await db.study.findMany({ orderBy: { createdAt: "asc" } });
      return studies.map((row) => `${row.id}  ${row.state.padEnd(6)}  ${row.name}\n`).join("");
    }
    case "create": {
      const { id } = await createStudy(await readDesign(needed(subject, "a design file")), actor);
      return `${id}\n`;
    }
    case "import":
      return importFile(needed(subject, "a file of ratings"), options, actor);
    case "delete": {
      const { id } = await findStudy(subject);
      await deleteStudy(id, actor);
      return "deleted\n";
    }
    case "design":
      return `${JSON.stringify(await getDesign((await findStudy(subject)).id), null, 2)}\n`;
    case "change": {
      const { id } = await findStudy(subject);
      await changeDraft(id, await readDesign(needed(design, "--design with a design file")), actor);
      return "changed\n";
    }
    case "open": {
      const found = await findStudy(subject);
      const { jobId } = await startOpening(found.id, actor, { isPilot: pilot });
      await followJob(jobId);
      const itemCount = await db.item.count({ where: { studyId: found.id, kind: "REGULAR" } });
      const { leftOut } = await getStudy(found.id);
      const lost = leftOut.length > 0 ? `${describeLeftOut(leftOut, ["image", "images"])}\n` : "";
      return `${lost}${counted(itemCount, "item", "items")}; raters join at ${await serverAddress()}/join/${found.inviteToken}\n`;
    }
    case "end-pilot": {
      const { id } = await findStudy(subject);
      const { raters, answers } = await endPilot(id, toDraft ? "draft" : "start", actor);
      return `${counted(answers, "answer", "answers")} by ${counted(raters, "rater", "raters")} deleted; ${toDraft ? "a draft again" : "open"}\n`;
    }
    case "close":
      await closeStudy((await findStudy(subject)).id, actor);
      return "closed\n";
    case "raters":
      return ratersToText((await findStudy(subject)).id);
    case "exclude":
      await excludeRater(
        await findRaterId((await findStudy(subject)).id, rater),
        needed(reason, "--reason with why the rater is excluded"),
        actor,
      );
      return "excluded\n";
    case "reinstate":
      await reinstateRater(await findRaterId((await findStudy(subject)).id, rater), actor);
      return "reinstated\n";
    case "leaderboard":
    case "differences": {
      const { id } = await findStudy(subject);
      return out === undefined
        ? exported(id, `${verb}.csv`, criterion, actor)
        : resultToFile(id, verb, out, criterion, actor);
    }
    case "sensitivity":
      return exported((await findStudy(subject)).id, "sensitivity.json", criterion, actor);
    case "correlations":
      return exported((await findStudy(subject)).id, "correlations.json", criterion, actor);
    case "metrics": {
      const { id } = await findStudy(subject);
      return attachTable(id, needed(options.metrics, "--metrics with a table of automatic scores"), actor);
    }
    case "votes":
      return handOutVotes((await findStudy(subject)).id, criterion, actor);
    case "registration":
      return (await getRegistration((await findStudy(subject)).id)).text;
    case "timestamp":
      return timestamp((await findStudy(subject)).id, out, reply);
    case "release":
      return release((await findStudy(subject)).id, needed(out, "--out FOLDER or --out FILE.zip"), actor);
    default:
      throw new SemblanceError("invalid_input", `semblance study has no action “${verb}”.`, {
        remedy: `Actions are ${verbs.join(", ")}.`,
      });
  }
}

/** Writes the request, or attaches the reply. */
async function timestamp(
  studyId: string,
  out: string | undefined,
  reply: string | undefined,
): Promise<string> {
  if (reply === undefined) {
    const file = needed(out, "--out FILE.tsq for the request, or --reply FILE.tsr for the authority's reply");
    await writeFile(file, timestampRequest((await getRegistration(studyId)).text));
    return `${file}; send it to a timestamping authority, then attach its reply with --reply FILE.tsr\n`;
  }
  const bytes = await readFile(reply).catch((cause) => {
    throw new SemblanceError("not_found", `${reply} cannot be read.`, { remedy: "Check the path.", cause });
  });
  const { at, authority, isSignatureChecked } = await attachTimestamp(studyId, bytes, actor);
  const by = authority ?? "an unnamed authority";
  const checked = isSignatureChecked ? "" : "; it contains no certificate, so its signature was not checked";
  return `attached: ${at.toISOString()}, ${by}${checked}\n`;
}

async function findStudy(subject: string | undefined) {
  const nameOrId = needed(subject, "a study's name or id");
  const found = await db.study.findFirst({
    where: z.uuid().safeParse(nameOrId).success
      ? { id: nameOrId }
      : { name: { in: storedSpellings(nameOrId) } },
  });
  if (!found) {
    throw new SemblanceError("not_found", `There is no study “${nameOrId}”.`, {
      remedy: "npx semblance study list lists them all.",
    });
  }
  return found;
}

async function ratersToText(studyId: string): Promise<string> {
  const { raters } = await listRaters(studyId, { pageSize: 10_000 });
  return toTable(
    ["rater", "in exports", "known as", "answers", "gold", "attention", "consistent repeats", "excluded"],
    raters.map(({ id, pseudonym, knownAs, answers, gold, attention, repeated, exclusionReason }) => [
      id,
      pseudonym,
      knownAs ?? "",
      answers,
      gold ? `${gold.right}/${gold.given}` : "",
      attention ? `${attention.right}/${attention.given}` : "",
      repeated ? `${Math.round(repeated.agreement * 100)}% of ${repeated.repeats}` : "",
      exclusionReason ?? "",
    ]),
  );
}

/** By id, or by the id at the recruiting service. */
async function findRaterId(studyId: string, rater: string | undefined): Promise<string> {
  const known = needed(rater, "--rater with a rater's id");
  const found = await db.rater.findFirst({
    where: { studyId, ...(z.uuid().safeParse(known).success ? { id: known } : { externalId: known }) },
    select: { id: true },
  });
  if (found) return found.id;
  throw new SemblanceError("not_found", `The study has no rater “${known}”.`, {
    remedy: "npx semblance study raters NAME lists them.",
  });
}

async function readDesign(path: string) {
  let written: unknown;
  try {
    written = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new SemblanceError("invalid_input", `${path} cannot be read as JSON.`, {
      remedy: "Write a design with name, arms and criteria; docs/reference/study-design.md has an example.",
      cause,
    });
  }
  const checked = studyDesign.safeParse(written);
  if (!checked.success) {
    throw new SemblanceError("invalid_input", `${path}: ${z.prettifyError(checked.error)}`, {
      remedy: "Correct the fields listed above.",
    });
  }
  return checked.data;
}

function needed(subject: string | undefined, what: string): string {
  if (subject) return subject;
  throw new SemblanceError("invalid_input", `This action needs ${what}.`, {
    remedy: "npx semblance study --help shows how.",
  });
}
