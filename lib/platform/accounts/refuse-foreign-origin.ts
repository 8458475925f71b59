/** Requests that another site's page has sent with the cookie of a member or rater. */
import { SemblanceError } from "@/lib/errors";

/**
 * Refuses them. Browsers always name the origin of such requests; programs that name none carry no browser's cookies.
 *
 * @throws SemblanceError `forbidden`
 */
export function refuseForeignOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  if (origin === null) return;
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new SemblanceError("forbidden", "This request came from another website.", {
      remedy: "Use Semblance’s own pages.",
    });
  }
}
