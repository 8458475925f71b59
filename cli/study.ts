/** `semblance study`: plans, opens and closes studies, and prints their results. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { findRunningServer } from "@/lib/server/server-beacon";
import { closeStudy } from "@/lib/studies/close-study";
import { createStudy } from "@/lib/studies/create-study";
import { exportLeaderboard, exportVotes } from "@/lib/studies/export-study";
import { startOpening } from "@/lib/studies/start-opening";
import { studyDesign } from "@/lib/studies/study-design";
import { followJob } from "./follow-job";

/** What the audit log says of changes made here. */
const actor = "command line";

const verbs = ["list", "create", "open", "close", "leaderboard", "votes"] as const;

/**
 * @param verb list | create DESIGN.json | open NAME | close NAME | leaderboard NAME | votes NAME
 * @param subject the design file for `create`, else a study's name or id
 * @returns the exit code, 0
 * @throws SemblanceError for an unknown verb or study, or a design with errors (each field named)
 */
export async function study(
  verb: string,
  subject: string | undefined,
  options: { criterion?: string } = {},
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  output.write(await answer(verb, subject, options.criterion));
  return 0;
}

async function answer(
  verb: string,
  subject: string | undefined,
  criterion: string | undefined,
): Promise<string> {
  switch (verb) {
    case "list": {
      const studies = await db.study.findMany({ orderBy: { createdAt: "asc" } });
      return studies.map((row) => `${row.id}  ${row.state.padEnd(6)}  ${row.name}\n`).join("");
    }
    case "create": {
      const { id } = await createStudy(await readDesign(needed(subject, "a design file")), actor);
      return `${id}\n`;
    }
    case "open": {
      const found = await findStudy(subject);
      const { jobId } = await startOpening(found.id, actor);
      await followJob(jobId);
      const itemCount = await db.item.count({ where: { studyId: found.id, kind: "REGULAR" } });
      const address = (await findRunningServer(env().dataFolder))?.url ?? env().publicUrl;
      return `${itemCount} items; raters join at ${address}/join/${found.inviteToken}\n`;
    }
    case "close":
      await closeStudy((await findStudy(subject)).id, actor);
      return "closed\n";
    case "leaderboard":
      return exportLeaderboard((await findStudy(subject)).id, criterion);
    case "votes":
      return exportVotes((await findStudy(subject)).id, criterion);
    default:
      throw new SemblanceError("invalid_input", `semblance study has no verb “${verb}”.`, {
        remedy: `It has ${verbs.join(", ")}.`,
      });
  }
}

async function findStudy(subject: string | undefined) {
  const nameOrId = needed(subject, "a study's name or id");
  const found = await db.study.findFirst({
    where: z.uuid().safeParse(nameOrId).success ? { id: nameOrId } : { name: nameOrId },
  });
  if (!found) {
    throw new SemblanceError("not_found", `There is no study “${nameOrId}”.`, {
      remedy: "npx semblance study list names them all.",
    });
  }
  return found;
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
      remedy: "Correct the fields named above.",
    });
  }
  return checked.data;
}

function needed(subject: string | undefined, what: string): string {
  if (subject) return subject;
  throw new SemblanceError("invalid_input", `This verb needs ${what}.`, {
    remedy: "npx semblance study --help shows how.",
  });
}
