/** Every way out of a study, with the code or address that a rater then gets for their recruiting service. */
import { z } from "zod";

export const webAddress = z
  .url({ protocol: /^https$/, error: "A complete URL, beginning with https://" })
  .max(500);

/** Shown to raters, who may copy it into the service's form. */
export const endingCode = z.string().trim().min(1).max(60);

const ending = z
  .strictObject({ code: endingCode.nullable().default(null), url: webAddress.nullable().default(null) })
  .refine(({ code, url }) => code !== null || url !== null, {
    message: "Give a code, a URL, or both. Leave the ending out if raters get neither.",
  })
  .nullable()
  .default(null);

/** A code to copy, an address to go to, or both. */
export type Ending = { code: string | null; url: string | null };

/**
 * What each way out gives.
 *
 * - complete: the rater did all that was asked of them
 * - nothingLeft: gave answers; the rest is answered by, or in the hands of, others
 * - closed: gave answers; the study closed before they were done
 * - screenedOut: did not pass the training round
 * - excluded: by failed checks or by hand
 * - late: came when nothing was left or the study was closed, and was asked nothing
 */
export const endings = z.strictObject({
  complete: ending,
  nothingLeft: ending,
  closed: ending,
  screenedOut: ending,
  excluded: ending,
  late: ending,
});
export type Endings = z.output<typeof endings>;

export const endingNames = endings.keyof().options;
export type EndingName = (typeof endingNames)[number];

/**
 * What a way out gives where it has nothing of its own, from first to last: who answered what there was should not go
 * without the code of those who answered all.
 */
const insteadOf: Record<EndingName, readonly EndingName[]> = {
  complete: [],
  nothingLeft: ["complete"],
  closed: ["complete"],
  screenedOut: [],
  excluded: ["screenedOut"],
  late: [],
};

/** @param stored a study's `endings`. @returns null where the study has nothing for this way out */
export function findEnding(stored: unknown, name: EndingName): Ending | null {
  const all = endings.parse(stored);
  for (const each of [name, ...insteadOf[name]]) if (all[each]) return all[each];
  return null;
}

/** For somebody who was asked nothing. @param why what they found; only its own ending takes the place of a missing one */
export function findLateEnding(stored: unknown, why: "nothingLeft" | "closed"): Ending | null {
  const all = endings.parse(stored);
  return all.late ?? all[why];
}
