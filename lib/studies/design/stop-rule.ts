/** When a study closes by itself: as soon as the compared arms are separated, by a test that allows repeated looks. */
import { z } from "zod";

export const stopRule = z.object({
  /** The two arms that are to be distinguished, by name, or "all" for every pair of arms. */
  arms: z.union([z.literal("all"), z.tuple([z.string().normalize().min(1), z.string().normalize().min(1)])]),
  /** Votes after which the study is expected to stop: there the interval is tightest. */
  tightestAtVotes: z.number().int().min(10).max(1_000_000),
  /** One minus the chance of ever stopping on a difference that is not there. */
  coverage: z.number().min(0.5).max(0.999).default(0.95),
});
