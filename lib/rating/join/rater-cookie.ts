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
