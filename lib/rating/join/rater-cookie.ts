/** The cookie by which a browser is known as one rater of one study. */

/** Where the browser speaks https, the prefix keeps other sites of the same domain from setting the cookie. */
const securePrefix = "__Host-";

const longestAgeSeconds = 60 * 60 * 24 * 90;

export type RaterCookie = {
  readonly name: string;
  readonly value: string;
  readonly options: {
    readonly httpOnly: true;
    readonly sameSite: "lax";
    readonly path: "/";
    readonly maxAge: number;
    readonly secure: boolean;
  };
};

/**
 * One cookie per study, so that a person can be in several.
 *
 * @param isSecure whether the browser speaks https; the cookie then travels over nothing else
 */
export function raterCookie(studyId: string, token: string, isSecure: boolean): RaterCookie {
  return cookieOf(plainName(studyId), token, isSecure);
}

/**
 * By which a study counts how many raters have joined in one browser. It has another value in every study, and says nothing
 * of who they are.
 */
export function deviceCookie(studyId: string, device: string, isSecure: boolean): RaterCookie {
  return cookieOf(deviceName(studyId), device, isSecure);
}

/** The value of the device cookie in a request's cookies. */
export function readDevice(
  cookie: (name: string) => string | undefined,
  studyId: string,
): string | undefined {
  return cookie(securePrefix + deviceName(studyId)) ?? cookie(deviceName(studyId));
}

function cookieOf(plain: string, value: string, isSecure: boolean): RaterCookie {
  return {
    name: `${isSecure ? securePrefix : ""}${plain}`,
    value,
    options: { httpOnly: true, sameSite: "lax", path: "/", maxAge: longestAgeSeconds, secure: isSecure },
  };
}

/**
 * The token in a request's cookies. Browsers that came before the site had https hold it under the plain name.
 *
 * @param cookie the value of the cookie of a name
 */
export function readRaterToken(
  cookie: (name: string) => string | undefined,
  studyId: string,
): string | undefined {
  return cookie(securePrefix + plainName(studyId)) ?? cookie(plainName(studyId));
}

/** What moves a token from its plain name to the secure one; nothing where it is there already, or the browser has no https. */
export function secureRaterCookie(
  cookie: (name: string) => string | undefined,
  studyId: string,
  isSecure: boolean,
): RaterCookie[] {
  const token = cookie(plainName(studyId));
  if (!isSecure || token === undefined) return [];
  const moved = cookie(securePrefix + plainName(studyId)) ?? token;
  const plain = raterCookie(studyId, "", false);
  return [raterCookie(studyId, moved, true), { ...plain, options: { ...plain.options, maxAge: 0 } }];
}

function plainName(studyId: string): string {
  return `rater-${studyId}`;
}

function deviceName(studyId: string): string {
  return `device-${studyId}`;
}
