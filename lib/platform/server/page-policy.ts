/** The Content-Security-Policy of pages. What is not a page has a stricter one (web/security-headers.ts). */

/** @param scripts sources of scripts besides the site's own files, such as a nonce or hashes */
export function pagePolicy(...scripts: readonly string[]): string {
  return [
    "default-src 'self'",
    ["script-src 'self'", ...scripts].join(" "),
    // Charts and toasts place themselves with style attributes, which nonces cannot cover.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    // The proof of work at a study's link.
    "worker-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
