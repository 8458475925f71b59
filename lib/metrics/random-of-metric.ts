/** The random numbers of a metric: seeded by its name, so that changes of the catalogue do not affect other metrics. */
import { createHash } from "node:crypto";
import { Random } from "@/lib/numerics/random";

/** @param seed the evaluation's; 0 where absent */
export function randomOfMetric(name: string, seed = 0): Random {
  return new Random(seed, createHash("sha256").update(`metric ${name}`).digest().readBigUInt64LE());
}
