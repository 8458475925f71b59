/** Who may take part in a study, and how fast; it may change while the study is open, and its plan does not cover it. */
import { z } from "zod";

/**
 * - open-link: anybody with the study's link, after a proof of work and within the limits per address and device
 * - invitations: anybody with one of the links that the researcher made, each for one person
 * - signed-ids: anybody with an id that the researcher's own system has signed
 *
 * People with an account are let in by all three: an administrator knows them.
 */
const waysIn = ["open-link", "invitations", "signed-ids"] as const;

const limit = z.number().int().min(1).max(100_000).nullable();

export const raterAccess = z.strictObject({
  way: z.enum(waysIn).default("open-link"),
  /**
   * Raters that may join by the open link from one address: an IPv4 address, or the /64 of an IPv6 one; null: any number.
   * A household or a small office has one address, and so may a whole university.
   */
  ratersPerAddress: limit.default(8),
  /** The same from one browser; null: any number. */
  ratersPerDevice: limit.default(2),
  /** Seconds from an item being there to its answer, and between two answers of a rater, at least. */
  minimumSeconds: z.number().min(0).max(60).default(0.5),
});
export type RaterAccess = z.output<typeof raterAccess>;

export const accessChange = z.object({ studyId: z.uuid(), access: raterAccess });
