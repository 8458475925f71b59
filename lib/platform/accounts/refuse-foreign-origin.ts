/** Requests that another site's page has sent with the cookie of a member or rater. */
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { clientOf } from "@/lib/platform/server/client-address";

/**
 * Rejects them. Browsers always name the origin of such requests; programs that name none carry no browser's cookies.
 *
 * @throws SemblanceError `forbidden`
 */
export function refuseForeignOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  if (origin === null) return;
  const { publicUrl } = env();
  // A proxy that nobody declared may have named another host than the browser did.
  const own = [clientOf(request.headers).host, ...(publicUrl ? [new URL(publicUrl).host] : [])];
  if (!URL.canParse(origin) || !own.includes(new URL(origin).host)) {
    throw new SemblanceError("forbidden", "This request came from another website.", {
      remedy: "Use Semblance’s own pages.",
    });
  }
}
