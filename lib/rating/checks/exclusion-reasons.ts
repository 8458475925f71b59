/** Why raters are excluded by their study's own checks; every other reason is a person's. */

export const exclusionReasons = {
  qualification: "Did not pass the training round",
  attention: "Failed attention checks",
  gold: "Too few correct answers to gold items",
} as const;

/** Whether a check gave this reason; false for null. */
export function isCheckReason(reason: string | null): boolean {
  return (Object.values(exclusionReasons) as (string | null)[]).includes(reason);
}
