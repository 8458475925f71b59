/** Compares this machine's numbers with those that the reference implementations computed. */
import { basename } from "node:path";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { SemblanceError } from "@/lib/errors";
import type { CheckedGroup } from "./case-kind";
import { type FoundCase, findCase } from "./find-case";
import { type ErrorMeasure, worstOf } from "./measured";

export type VerificationCheck = {
  readonly name: string;
  /** The error of the worst part, relative to its tolerance. */
  readonly error: number;
  readonly measure: ErrorMeasure;
  readonly tolerance: number;
  readonly pass: boolean;
  /** Which part of the case the worst is. */
  readonly worst: string;
};

export type Verification = { readonly checks: readonly VerificationCheck[]; readonly pass: boolean };

/** As verifyFoundCase, of the case that findCase finds. Throws as both. */
export async function verifyCase(path: string, provider: ExecutionProvider = "cpu"): Promise<Verification> {
  return verifyFoundCase(findCase(path), provider);
}

/**
 * Runs every check for which a case holds values, one for each group of them.
 *
 * @throws SemblanceError where a file of the case is damaged or does not fit the others, and where there is nothing to
 *   check.
 */
export async function verifyFoundCase(
  { kind, prefix }: FoundCase,
  provider: ExecutionProvider,
): Promise<Verification> {
  const compared = await kind.check(prefix, provider).catch((error) => {
    throw namingCase(error, basename(prefix));
  });
  const groups = compared.filter(({ measured }) => measured.length > 0);
  if (groups.length === 0) {
    throw new SemblanceError("invalid_file", `${basename(prefix)}: there is nothing to check.`, {
      remedy: `A case of ${kind.subject} contains none of the values that are compared. Copy or create it again.`,
    });
  }
  const checks = groups.map(summarise);
  return { checks, pass: checks.every(({ pass }) => pass) };
}

/** An error that names the case at fault, also where it was thrown by what knows nothing of cases. */
function namingCase(error: unknown, name: string): unknown {
  if (!(error instanceof SemblanceError) || error.message.startsWith(name)) return error;
  const { code, message, remedy, details } = error;
  return new SemblanceError(code, `${name}: ${message}`, { remedy, details, cause: error });
}

function summarise({ name, measured }: CheckedGroup): VerificationCheck {
  const { part, error, measure, tolerance } = worstOf(measured);
  return { name, error, measure, tolerance, pass: error <= tolerance, worst: part };
}
