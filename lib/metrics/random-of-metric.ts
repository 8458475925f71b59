/** The random numbers of a metric: by its name, so that no other metric's change with the catalogue. */
import { createHash } from "node:crypto";
import { Random } from "@/lib/numerics/random";

/** @param seed the evaluation's; 0 where absent */
export function randomOfMetric(name: string, seed = 0): Random {
  return new Random(seed, createHash("sha256").update(`metric ${name}`).digest().readBigUInt64LE());
}
