/** Compares this machine's numbers with those that the reference implementation computed for a small model. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { SemblanceError } from "@/lib/errors";
import { accumulationCase } from "./accumulation-case";
import type { CaseKind, CheckedGroup } from "./case-kind";
import { clipCase } from "./clip-case";
import { clipGuidedCase } from "./clip-guided-case";
import { loraCase } from "./lora-case";
import { modelCase } from "./model-case";
import { worstOf } from "./relative-error";

export type VerificationCheck = {
  readonly name: string;
  /** The relative L2 error of the worst part, relative to its tolerance. */
  readonly relativeError: number;
  readonly tolerance: number;
  readonly pass: boolean;
  /** Which tensor of the case the worst part is. */
  readonly worst: string;
};

export type Verification = { readonly checks: readonly VerificationCheck[]; readonly pass: boolean };

/** A case belongs to the first kind that recognises it; if none does, the error of the model's kind says what is missing. */
const caseKinds: readonly CaseKind[] = [modelCase, clipCase, loraCase, accumulationCase, clipGuidedCase];

/**
 * Runs every check for which the case under a prefix holds values, one for each group of its keys.
 *
 * @throws SemblanceError where a file of the case is absent, damaged or does not fit the others, and where there is
 *   nothing to check.
 */
export async function verifyCase(prefix: string, provider: ExecutionProvider = "cpu"): Promise<Verification> {
  const kind = caseKinds.find(({ recognises }) => recognises((ending) => existsSync(`${prefix}${ending}`)));
  const groups = await (kind ?? modelCase).check(prefix, provider);
  if (groups.length === 0) {
    throw new SemblanceError("invalid_file", `${basename(prefix)}: there is nothing to check.`, {
      remedy: "A model's case contains tensors named forward.*, sample.*, ddim.* or train.*.",
    });
  }
  const checks = groups.map(summarise);
  return { checks, pass: checks.every(({ pass }) => pass) };
}

function summarise({ name, measured }: CheckedGroup): VerificationCheck {
  const { part, relativeError, tolerance } = worstOf(measured);
  return { name, relativeError, tolerance, pass: relativeError <= tolerance, worst: part };
}
