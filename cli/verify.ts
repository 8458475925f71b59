/** `semblance verify`: holds this machine's numbers against a reference case and prints the verdict. */
import { type Verification, verifyCase } from "@/lib/diffusion/verification/verification";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { alignColumns } from "@/lib/text/align-columns";

/**
 * Verifies the case under a prefix and prints a table, or with `json` one object
 * {"checks": [{"name", "relativeError", "tolerance", "pass", "worst"}], "pass"}.
 *
 * @returns the exit status: 0 if every check passes, 1 otherwise.
 * @throws SemblanceError as verifyCase.
 */
export async function verify(
  prefix: string,
  { json = false, provider = "cpu" }: { json?: boolean; provider?: ExecutionProvider } = {},
): Promise<0 | 1> {
  const verification = await verifyCase(prefix, provider);
  console.log(json ? JSON.stringify(verification) : verificationToTable(verification));
  return verification.pass ? 0 : 1;
}

function verificationToTable({ checks, pass }: Verification): string {
  const header = ["check", "relative L2 error", "tolerance", "verdict", "worst part"];
  const rows = checks.map((check) => [
    check.name,
    check.relativeError.toExponential(2),
    check.tolerance.toExponential(0),
    check.pass ? "pass" : "FAIL",
    check.worst,
  ]);
  const lines = alignColumns([header, ...rows]);
  const failures = checks.filter((check) => !check.pass).length;
  const verdict = pass ? `All ${checks.length} checks pass.` : `${failures} of ${checks.length} checks fail.`;
  return `${lines.join("\n")}\n\n${verdict}`;
}
