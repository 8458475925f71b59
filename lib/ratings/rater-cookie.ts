/** The cookie by which a browser is known as one rater of one study. */

/** One cookie per study, so that a person can be in several. */
export function raterCookieName(studyId: string): string {
  return `rater-${studyId}`;
}

export const raterCookieOptions = {
  httpOnly: true,
  sameSite: "lax",
  path: "/",
  maxAge: 60 * 60 * 24 * 90,
} as const;

/** A panel's id (Prolific's PROLIFIC_PID, STUDY_ID or SESSION_ID) out of a form or address; undefined where there is none. */
export function outsideId(value: unknown): string | undefined {
  return typeof value === "string" && /^[\w.-]{1,100}$/.test(value) ? value : undefined;
}
