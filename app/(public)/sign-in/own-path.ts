/** A path of this site that `next` may lead to; anything else (another site above all) leads to the dashboard. */
export function ownPath(next: string | undefined): string {
  return next && /^\/(?![/\\])[^\s\\]*$/.test(next) && !next.startsWith("/sign-in") ? next : "/admin";
}
