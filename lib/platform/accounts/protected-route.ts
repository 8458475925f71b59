/** Route handlers: role and origin are checked, and whatever is thrown becomes a status code and a readable body. */
import { unstable_rethrow } from "next/navigation";
import { errorResponse } from "@/lib/platform/server/error-response";
import type { Member } from "./member";
import { refuseForeignOrigin } from "./refuse-foreign-origin";
import { demandRole } from "./require-role";
import type { Role } from "./roles";

type Context<Params> = { params: Promise<Params> };

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
