/** Route handlers: role and origin are checked, and whatever is thrown becomes a status code and a readable body. */
import { unstable_rethrow } from "next/navigation";
import { errorToStatus, SemblanceError, toSemblanceError } from "@/lib/errors";
import type { Member } from "./member";
import { demandRole } from "./require-role";
import type { Role } from "./roles";

type Context<Params> = { params: Promise<Params> };

/** The answer to a request that failed: `{ error: { code, message, remedy } }`. */
export function errorResponse(thrown: unknown): Response {
  const error = toSemblanceError(thrown);
  if (error.code === "internal") console.error("A request failed:", thrown);
  return Response.json(
    { error: { code: error.code, message: error.message, remedy: error.remedy, details: error.details } },
    { status: errorToStatus(error.code), headers: { "cache-control": "no-store" } },
  );
}

/**
 * Refuses requests that another site's page has sent with the member's cookie. Browsers always name the origin of
 * such requests; programs that name none carry no browser's cookies.
 */
export function refuseForeignOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  if (origin === null) return;
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new SemblanceError("forbidden", "This request came from another site.", {
      remedy: "Use Semblance's own pages.",
    });
  }
}

/** A route for members whose role is among `allowed`. */
export function protectedRoute<Params>(
  allowed: readonly Role[],
  handle: (request: Request, params: Params, member: Member) => Promise<Response>,
): (request: Request, context: Context<Params>) => Promise<Response> {
  return async (request, context) => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") refuseForeignOrigin(request);
      const member = await demandRole(...allowed);
      return await handle(request, await context.params, member);
    } catch (thrown) {
      unstable_rethrow(thrown);
      return errorResponse(thrown);
    }
  };
}
