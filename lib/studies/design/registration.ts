/** What a study commits itself to before its first answer, in addition to the design. */
import { z } from "zod";
import type { RaterFilter } from "@/lib/studies/design/rater-filter";

/** The one comparison that decides; whatever else a study shows is exploratory. */
export const primaryComparison = z.object({
  /** Key of a question of the design. */
  question: z.string(),
  /** Names of two arms, as the design writes them. */
  arms: z.tuple([z.string().trim().normalize(), z.string().trim().normalize()]),
});
export type PrimaryComparison = z.infer<typeof primaryComparison>;

export const flaggedRatersTreatments = ["counted", "left-out"] as const;

export const registration = z.object({
  /** Empty: none is registered. */
  hypothesis: z.string().trim().max(4000).default(""),
  /** Whether the registered result counts raters whose answers look careless and whom no check excluded. */
  flaggedRaters: z.enum(flaggedRatersTreatments).default("counted"),
  /** On what grounds a person may exclude a rater; empty: on none. */
  exclusionsByHand: z.string().trim().max(2000).default(""),
  /** People who are to take part; null: as many as the answers need. */
  raterCount: z.number().int().min(1).max(100_000).nullable().default(null),
  /** Where the raters come from; empty: not stated. */
  raterSource: z.string().trim().max(1000).default(""),
  /** Last day on which answers are taken, UTC, YYYY-MM-DD; null: the study ends when its answers are in. */
  endDate: z.iso.date("Write the date as YYYY-MM-DD.").nullable().default(null),
});
export type Registration = z.infer<typeof registration>;

/** Whose answers the registered result counts. */
export function defaultRaters({ flaggedRaters }: Registration): RaterFilter {
  return flaggedRaters === "left-out" ? "not-flagged" : "not-excluded";
}

/** The primary pair where `question` is the primary one; undefined for every other question, and where none is. */
export function primaryPairOf(stored: unknown, question: string): PrimaryComparison["arms"] | undefined {
  const primary = z.nullable(primaryComparison).parse(stored ?? null);
  return primary?.question === question ? primary.arms : undefined;
}
