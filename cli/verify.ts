/** `semblance verify`: holds this machine's numbers against reference cases and prints the verdict. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { SemblanceError } from "@/lib/errors";
import { alignColumns } from "@/lib/text/align-columns";
import { counted } from "@/lib/text/counted";
import { findCases } from "@/lib/verification/find-case";
import {
  type Verification,
  type VerificationCheck,
  verifyCase,
  verifyFoundCase,
} from "@/lib/verification/verification";

type VerifyOptions = { readonly json?: boolean; readonly provider?: ExecutionProvider };

/**
 * Verifies the case under a prefix, or that to which a file belongs, and prints a table; or with `json` one object
 * {"checks": [{"name", "error", "measure", "tolerance", "pass", "worst"}], "pass"}. Of a folder it verifies every case and
 * prints a line for each, or {"cases": [{"case", "checks", "pass"} or {"case", "problem", "pass": false}], "pass"}.
 *
 * @returns the exit status: 0 if every check passes, 1 otherwise.
 * @throws SemblanceError as verifyCase; `not_found` for a folder without cases. Of a folder, what is wrong with a single
 *   case is printed.
 */
export async function verify(
  path: string,
  { json = false, provider = "cpu" }: VerifyOptions = {},
): Promise<0 | 1> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return verifyFolder(path, json, provider);
  const verification = await verifyCase(path, provider);
  console.log(json ? JSON.stringify(verification) : verificationToTable(verification));
  return verification.pass ? 0 : 1;
}

function verificationToTable({ checks, pass }: Verification): string {
  const header = ["check", "error", "measure", "tolerance", "verdict", "worst part"];
  const rows = checks.map((check) => [
    check.name,
    errorToText(check),
    check.measure,
    check.measure === "exact" ? "0" : check.tolerance.toExponential(0),
    check.pass ? "pass" : "FAIL",
    check.worst,
  ]);
  const lines = alignColumns([header, ...rows]);
  const failures = checks.filter((check) => !check.pass).length;
  const verdict = pass ? `All ${checks.length} checks pass.` : `${failures} of ${checks.length} checks fail.`;
  return `${lines.join("\n")}\n\n${verdict}`;
}

const errorToText = ({ error, measure }: VerificationCheck) =>
  measure === "exact" ? String(error) : error.toExponential(2);

type CaseVerdict = { readonly case: string } & (
  | Verification
  | { readonly problem: string; readonly pass: false }
);

async function verifyFolder(folder: string, json: boolean, provider: ExecutionProvider): Promise<0 | 1> {
  const { cases, strays } = findCases(folder);
  if (cases.length + strays.length === 0) {
    throw new SemblanceError("not_found", `The folder ${folder} contains no reference cases.`, {
      remedy: "Give a folder with the files of cases, or the path of one case.",
    });
  }
  const names = [...cases.map(({ prefix }) => basename(prefix)), ...strays];
  const width = Math.max(...names.map(({ length }) => length));
  const verdicts: CaseVerdict[] = [];
  const add = (verdict: CaseVerdict) => {
    verdicts.push(verdict);
    if (!json) console.log(`${verdict.case.padEnd(width)}  ${verdictToText(verdict)}`);
  };
  for (const found of cases) {
    const name = basename(found.prefix);
    add({ case: name, ...(await verifyFoundCase(found, provider).catch(toProblem)) });
  }
  for (const file of strays) {
    add({ case: file, problem: "This file belongs to no whole case.", pass: false });
  }
  const failures = verdicts.filter(({ pass }) => !pass).length;
  if (json) console.log(JSON.stringify({ cases: verdicts, pass: failures === 0 }));
  else if (failures === 0) console.log(`\n${counted(verdicts.length, "case passes", "cases pass")}.`);
  else console.log(`\n${failures} of ${verdicts.length} fail.`);
  return failures === 0 ? 0 : 1;
}

function toProblem(error: unknown) {
  if (!(error instanceof SemblanceError)) throw error;
  return { problem: [error.message, error.remedy ?? []].flat().join(" "), pass: false } as const;
}

function verdictToText(verdict: CaseVerdict): string {
  if ("problem" in verdict) return `FAIL  ${verdict.problem}`;
  const failed = verdict.checks.filter(({ pass }) => !pass);
  if (failed.length === 0) return `pass  ${counted(verdict.checks.length, "check", "checks")}`;
  return `FAIL  ${failed.map(({ name, worst }) => `${name}: ${worst}`).join("; ")}`;
}
