/** The response to a request that failed. */
import { errorToStatus } from "@/lib/errors";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { log } from "@/lib/platform/log/log";

/** Status and `{ error: { code, message, remedy, details } }` for anything thrown; what is nobody's fault goes to the log. */
export function errorResponse(thrown: unknown): Response {
  const error = toPlatformError(thrown);
  const retryAfter = error.details?.retryAfterSeconds ?? (error.code === "unavailable" ? 5 : undefined);
  if (error.code === "internal") log().error({ err: thrown }, "A request failed.");
  return Response.json(
    { error: { code: error.code, message: error.message, remedy: error.remedy, details: error.details } },
    {
      status: errorToStatus(error.code),
      headers: {
        "cache-control": "no-store",
        ...(typeof retryAfter === "number" ? { "retry-after": String(Math.ceil(retryAfter)) } : {}),
      },
    },
  );
}
