/** Options that hold lists, and what is wrong with them in the words of the command line. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";

/** "fid, kid" → ["fid", "kid"]; a list stays one. */
export function splitNames(names: string | readonly string[]): string[] {
  const list = typeof names === "string" ? names.split(",") : [...names];
  return list.map((name) => name.trim()).filter((name) => name !== "");
}

/** "64,256,own" → [64, 256, null]; the schema says which sides there are. */
export function readSides(sides: string): (64 | 256 | null)[] {
  return splitNames(sides).map((side) => (side === "own" ? null : (Number(side) as 64 | 256)));
}

/** @throws SemblanceError `invalid_input` naming every option whose value cannot be used */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  optionNames: Readonly<Record<string, string>>,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const field = String(path[0]);
    return `${optionNames[field] ?? field}: ${message}`;
  });
  throw new SemblanceError("invalid_input", [...new Set(faults)].join("\n"), {
    remedy: "--help shows the command's options.",
  });
}
