/** The cookies of people with an account. */

const dayS = 24 * 3600;

/**
 * Name and attributes of a cookie. Behind https the name has the prefix `__Host-` (RFC 6265bis, section 4.1.3): neither
 * an unencrypted answer nor another host of the same domain can then set it.
 *
 * @param secure whether the browser speaks https
 */
export function ownCookie(name: "session" | "device" | "csrf" | "callback", secure: boolean) {
  return {
    name: `${secure ? "__Host-" : ""}semblance.${name}`,
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure },
  };
}

/** How long somebody stays signed in, in seconds. */
export const sessionLifetimeS = 14 * dayS;

/** What browsers allow at most, in seconds. */
export const deviceLifetimeS = 400 * dayS;
