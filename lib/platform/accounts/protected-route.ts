/** Route handlers: role and origin are checked, and exceptions become a status code and a readable body. */
import { unstable_rethrow } from "next/navigation";
import { checkRecorded, type Records } from "@/lib/platform/audit/append-audit-entry";
import { actingAs } from "@/lib/platform/request/request-context";
import { errorResponse } from "@/lib/platform/server/error-response";
import type { Member } from "./member";
import { refuseForeignOrigin } from "./refuse-foreign-origin";
import { demandRole } from "./require-role";
import type { Role } from "./roles";

type Context<Params> = { params: Promise<Params> };

type Handler<Params> = ((request: Request, context: Context<Params>) => Promise<Response>) & {
  readonly records: Records;
};

/**
 * A route for members whose role is among `allowed`.
 *
 * @param records the audit entries of which a success leaves at least one, or `readsOnly`; a test performs every route and
 *   looks for them
 */
export function protectedRoute<Params>(
  allowed: readonly Role[],
  records: Records,
  handle: (request: Request, params: Params, member: Member) => Promise<Response>,
): Handler<Params> {
  return publicRoute(records, async (request, params: Params) => {
    const member = await demandRole(...allowed);
    return actingAs(member.email, async () => {
      const response = await handle(request, params, member);
      checkRecorded(records);
      return response;
    });
  });
}

/** A route for everybody; what it records is demanded by the test alone, since it may reject without throwing. */
export function publicRoute<Params>(
  records: Records,
  handle: (request: Request, params: Params) => Promise<Response>,
): Handler<Params> {
  const run = async (request: Request, context: Context<Params>): Promise<Response> => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") refuseForeignOrigin(request);
      const response = await handle(request, await context.params);
      if (request.method !== "HEAD") return response;
      // Nobody reads it: what is held for it must be let go.
      await response.body?.cancel();
      return new Response(null, response);
    } catch (thrown) {
      unstable_rethrow(thrown);
      return errorResponse(thrown);
    }
  };
  return Object.assign(run, { records });
}
