/** How a request that failed is answered. */
import { errorToStatus } from "@/lib/errors";
import { toPlatformError } from "@/lib/platform/database/database-errors";

/** Status and `{ error: { code, message, remedy, details } }` for anything thrown; what is nobody's fault goes to the log. */
export function errorResponse(thrown: unknown): Response {
  const error = toPlatformError(thrown);
  if (error.code === "internal") console.error("A request failed:", thrown);
  const retryAfter = error.details?.retryAfterSeconds;
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
