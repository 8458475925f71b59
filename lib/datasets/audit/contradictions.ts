/** Images that look unlike their captions: the CLIPs that can judge it, and what an audit stores of it. */
import { z } from "zod";
import type { FeatureSpec } from "@/lib/metrics/catalogue/feature-spec";
import { metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";

/** The networks that compare images with captions, by the name that commands and forms use. */
export const auditNetworks = {
  "clip-vit-b-32": metricCatalogue["clip-score"].features,
  "demo-clip": metricCatalogue["clip-score-demo"].features,
} as const satisfies Record<string, FeatureSpec>;

export type AuditNetwork = keyof typeof auditNetworks;

export const auditNetworkNames = Object.keys(auditNetworks) as [AuditNetwork, ...AuditNetwork[]];

/**
 * A caption that fits its image worse than the same caption with another value of the attribute: “brown” was asked for, and
 * the image looks more like “black”.
 */
export type Contradiction = {
  readonly captionId: string;
  readonly attribute: string;
  readonly asked: string;
  readonly shown: string;
  /** The other caption's cosine to the image minus the caption's own; above 0. */
  readonly margin: number;
};

const count = z.number().int().nonnegative();

/** What was compared, and with which result. */
export const contradictionCounts = z.object({
  /** Title of the network. */
  network: z.string(),
  /** SHA-256 of its weights. */
  weightsSha256: z.string().nullable(),
  unreadable: count,
  attributes: z.array(
    z.object({
      name: z.string(),
      /** Values that captions were tried with. */
      rivals: z.array(z.string()),
      /** Captions that name a value and were compared. */
      captions: count,
      /** Those of them that contradict their image. */
      contradicting: count,
      /** By the first caption of each image that names the attribute. */
      asked: z.array(
        z.object({
          value: z.string(),
          images: count,
          /** What the images look like, the most frequent first; the value itself included. */
          shown: z.array(z.object({ value: z.string(), images: count })),
        }),
      ),
    }),
  ),
});

export type ContradictionCounts = z.output<typeof contradictionCounts>;

/** Contradictions that an audit stores, those of the largest margins. */
export const mostContradictions = 2000;

/** A value that fewer of the images with the attribute have, in percent, is no rival of the others. */
const leastRivalPercent = 1;
const mostRivals = 12;

/** With which values captions are compared: the most frequent ones of an attribute. @returns their numbers */
export function chooseRivals(attribute: { named: number; values: readonly { images: number }[] }): number[] {
  return [...attribute.values.keys()]
    .filter((value) => {
      const { images } = attribute.values[value]!;
      return images > 0 && 100 * images >= leastRivalPercent * attribute.named;
    })
    .sort((a, b) => attribute.values[b]!.images - attribute.values[a]!.images)
    .slice(0, mostRivals);
}
