/** Gives every page a Content-Security-Policy with a fresh nonce; roles are checked by the pages themselves. */
import { type NextRequest, NextResponse } from "next/server";
import { pagePolicy } from "@/lib/platform/server/page-policy";

export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = pagePolicy(`'nonce-${nonce}'`, "'strict-dynamic'");
  const headers = new Headers(request.headers);
  // Next takes the nonce for its own scripts from this request header; the layout reads `x-nonce`.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  // Where to bring people back to once they have signed in.
  headers.set("x-path", request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  // Not /api: Next would hold uploads in memory for the proxy. Not the build's own static files either, nor the pages that
  // are sent as built (web/built-pages.ts): Next's client would ask for their data what the proxy makes of their address.
  matcher: ["/((?!api/|rate/[^/]+$|caption/[^/]+$|_next/static|_next/image|icon.svg|favicon.ico).*)"],
};
