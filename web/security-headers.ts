/** Headers of every response. Pages get a Content-Security-Policy with their own nonce in place of this one (proxy.ts). */
import type { ServerResponse } from "node:http";

/** For whatever is not a page: nothing in it runs, wherever it is opened. */
export const contentSecurityPolicy =
  "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const securityHeaders = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** A year: anyone who once came by https comes by nothing else. */
const transportSecurity = "max-age=31536000";

/** @param isSecure whether the client speaks https */
export function setSecurityHeaders(outgoing: ServerResponse, isSecure: boolean): void {
  for (const [name, value] of Object.entries(securityHeaders)) outgoing.setHeader(name, value);
  if (isSecure) outgoing.setHeader("Strict-Transport-Security", transportSecurity);
}
