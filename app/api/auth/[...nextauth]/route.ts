/** NextAuth's addresses: signing in and out, and the tokens against forged requests. Its own pages lead to ours. */
import { cookies } from "next/headers";
import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { ownPath } from "@/app/(public)/sign-in/own-path";
import { tellNextAuth } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { deviceLifetimeS, ownCookie } from "@/lib/platform/accounts/own-cookie";
import { publicRoute } from "@/lib/platform/accounts/protected-route";
import { authOptions } from "@/lib/platform/accounts/session";
import { readSessionCookie } from "@/lib/platform/accounts/session-cookie";
import { dropSession } from "@/lib/platform/accounts/user-sessions";
import { visitorOf } from "@/lib/platform/accounts/visitor";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { clientOf } from "@/lib/platform/server/client-address";

type Params = { nextauth: string[] };

/** What our own pages ask for; NextAuth would answer more. */
const served = new Set([
  "GET csrf",
  "GET providers",
  "GET session",
  "POST callback/password",
  "POST callback/link",
  "POST signout",
]);

async function handle(request: Request, { nextauth }: Params): Promise<Response> {
  if (served.has(`${request.method} ${nextauth.join("/")}`)) return answer(request, nextauth);
  const page = request.method === "GET" ? ownPageFor(nextauth[0], request) : null;
  if (page) return new Response(null, { status: 303, headers: { Location: page } });
  throw new SemblanceError("not_found", "There is nothing at this address.");
}

async function answer(request: Request, nextauth: string[]): Promise<Response> {
  tellNextAuth();
  const { secure } = clientOf(request.headers);
  const jar = await cookies();
  const callback = ownCookie("callback", secure);
  // NextAuth fails where this holds no address. It is of no use to us, but it insists.
  if (jar.has(callback.name)) jar.set({ ...callback.options, name: callback.name, value: "/" });
  const sessionBefore = await readSessionCookie(jar.get(ownCookie("session", secure).name)?.value);
  let newDevice: string | null = null;
  const options = authOptions(visitorOf(request.headers), secure, (token) => {
    newDevice = token;
  });
  // NextAuth would tell of a session that has ended what its cookie says.
  if (nextauth[0] === "session" && !(await currentUser())) {
    return Response.json({}, { headers: { "cache-control": "no-store" } });
  }
  const read = await readForm(request);
  const response: Response = await NextAuth(read as never, { params: { nextauth } } as never, options);
  if (newDevice !== null) {
    const { name, options } = ownCookie("device", secure);
    jar.set({ ...options, name, value: newDevice, maxAge: deviceLifetimeS });
    // The new session takes the place of this browser's old one.
    if (sessionBefore) await dropSession(sessionBefore);
  }
  return response;
}

/** The request with nothing but the fields of its form: as JSON or as a form, in the body. */
async function readForm(request: Request): Promise<NextRequest> {
  const address = new URL(new URL(request.url).pathname, request.url);
  if (request.method !== "POST") return new NextRequest(address, { headers: request.headers });
  const text = await request.text();
  const isJson = request.headers.get("content-type")?.includes("application/json");
  let fields: [string, unknown][];
  try {
    fields = isJson ? Object.entries(JSON.parse(text) ?? {}) : [...new URLSearchParams(text)];
  } catch (cause) {
    throw new SemblanceError("invalid_input", "The request’s body is not JSON.", { cause });
  }
  const form = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, String(value)]));
  return new NextRequest(address, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form,
  });
}

/** Which page of ours takes the place of one of NextAuth's; null where it has none. */
function ownPageFor(action: string | undefined, request: Request): string | null {
  switch (action) {
    case "signin": {
      const callbackUrl = new URL(request.url).searchParams.get("callbackUrl");
      const next = callbackUrl === null ? "/admin" : ownPath(pathWithin(callbackUrl, request));
      return next === "/admin" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
    }
    case "error":
    case "verify-request":
      return "/sign-in";
    case "signout":
      return "/account";
    default:
      return null;
  }
}

/** The path of a full address of this site; anything else as it is. */
function pathWithin(address: string, { headers }: Request): string {
  if (!URL.canParse(address)) return address;
  const { host, pathname, search } = new URL(address);
  return host === clientOf(headers).host ? pathname + search : address;
}

export const GET = publicRoute(readsOnly, handle);
export const POST = publicRoute(["user.signed-in", "user.sign-in-failed", "user.signed-out"], handle);
