/** The input of the planner. */
import { z } from "zod";

/** Effects of captions and raters on the scale of log strengths; "usual" as in published comparisons of images. */
export const planEffects = {
  small: { captionEffect: 0.25, raterEffect: 0.1, raterSideEffect: 0.1, raterBarEffect: 0.25 },
  usual: { captionEffect: 0.5, raterEffect: 0.25, raterSideEffect: 0.2, raterBarEffect: 0.5 },
  large: { captionEffect: 1, raterEffect: 0.5, raterSideEffect: 0.4, raterBarEffect: 1 },
} as const;

/** How long a person takes for one pair, as far as nobody has measured it. */
export const usualSecondsPerAnswer = 8;

export const planQuestion = z.object({
  arms: z.number().int().min(2).max(12).default(3),
  /** Others that each arm is compared with for a caption; null: all. */
  opponents: z.number().int().min(1).nullable().default(null),
  captions: z.number().int().min(5).max(1000).default(100),
  /** People who can be recruited. */
  raters: z.number().int().min(5).max(500).default(30),
  /** The smallest share of wins that would matter, over captions and raters, ties counting half. */
  winRate: z
    .number()
    .min(0.51, "At least 51%: smaller differences need millions of votes.")
    .max(0.95, "At most 95%.")
    .default(0.6),
  power: z.number().min(0.5, "At least 50%.").max(0.99, "At most 99%.").default(0.8),
  /** Share of answers that are ties when the arms are equal, "neither" left out. */
  tieShare: z.number().min(0, "At least 0%.").max(0.8, "At most 80%.").default(0.2),
  /** Share of answers that are "neither" when the arms are equal. */
  neitherShare: z.number().min(0, "At least 0%.").max(0.8, "At most 80%.").default(0),
  /** Share of the raters who leave before they have answered all their items, on average halfway. */
  dropout: z.number().min(0, "At least 0%.").max(0.9, "At most 90%.").default(0),
  /** Share of the raters who are excluded and whose answers others give again. */
  excluded: z.number().min(0, "At least 0%.").max(0.9, "At most 90%.").default(0),
  effects: z.enum(["small", "usual", "large"]).default("usual"),
  /** Raters per item to predict for; null: find the fewest that suffice. */
  votesPerItem: z.number().int().min(1).max(100).nullable().default(null),
  secondsPerAnswer: z.number().min(1).max(120).default(usualSecondsPerAnswer),
  seed: z.number().int().min(0).max(2_147_483_647).default(1),
});

export type PlanQuestion = z.output<typeof planQuestion>;
