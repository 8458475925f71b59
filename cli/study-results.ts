/** The results of a study on the command line: in the terminal, as files, as a release. The audit log records each. */
import { mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import { exportResult } from "@/lib/votes/files/export-study";
import { logExport } from "@/lib/votes/files/log-export";
import { type ResultFileName, resultFiles } from "@/lib/votes/files/result-files";
import { releaseStudy, zipRelease } from "@/lib/votes/release/release-study";

type TextFileName = Exclude<ResultFileName, "leaderboard.parquet">;

/** A result that is text, for the terminal. */
export async function exported(
  studyId: string,
  file: TextFileName,
  criterion: string | undefined,
  actor: string,
): Promise<string> {
  const text = await exportResult(file, studyId, criterion);
  await logExport(studyId, file, actor);
  return text;
}

/** @param out the file's name, whose ending says what it holds */
export async function resultToFile(
  studyId: string,
  result: "leaderboard" | "differences",
  out: string,
  criterion: string | undefined,
  actor: string,
): Promise<string> {
  const names = Object.keys(resultFiles) as ResultFileName[];
  const file = names.find((name) => name === `${result}${extname(out)}`);
  if (file === undefined) {
    const what = result === "leaderboard" ? "A leaderboard" : "Differences";
    const endings = names.filter((name) => name.startsWith(`${result}.`)).map(extname);
    throw new SemblanceError("invalid_input", `${what} cannot be written as “${basename(out)}”.`, {
      remedy: `--out names a file that ends in ${endings.join(", ")}.`,
    });
  }
  await writeFile(out, await exportResult(file, studyId, criterion));
  await logExport(studyId, file, actor);
  return `${out}\n`;
}

/** @param out a folder, or a file that ends in .zip */
export async function release(studyId: string, out: string, actor: string): Promise<string> {
  if (await stat(out).catch(() => null)) {
    throw new SemblanceError("conflict", `${out} already exists.`, {
      remedy: "Choose a new folder or file.",
    });
  }
  if (out.endsWith(".zip")) await zipRelease(studyId, actor, out);
  else {
    for await (const { name, bytes } of releaseStudy(studyId, actor)) {
      const path = join(out, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
  }
  const { releasedAt } = await db.study.findUniqueOrThrow({ where: { id: studyId } });
  const kind = releasedAt ? "final" : "provisional: votes may still change";
  return `${out} (${kind}); npx semblance rebuild ${out} recomputes its leaderboard\n`;
}
