/** Checks the role for a request: every page, route and action begins here. */
import { headers } from "next/headers";
import { forbidden, redirect } from "next/navigation";
import { checkRole } from "./check-role";
import { currentUser } from "./current-user";
import type { Member } from "./member";
import type { Role } from "./roles";

/**
 * For pages: the signed-in person, if their role is among `allowed`. Strangers are sent to sign in and brought back;
 * others get the page that says what is missing (403).
 */
export async function requireRole(...allowed: Role[]): Promise<Member> {
  const member = await currentUser();
  if (!member) {
    const path = (await headers()).get("x-path");
    redirect(path ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in");
  }
  if (!allowed.includes(member.role)) forbidden();
  return member;
}

/**
 * For routes and actions.
 *
 * @throws SemblanceError `not_signed_in` or `forbidden`
 */
export async function demandRole(...allowed: Role[]): Promise<Member> {
  return checkRole(await currentUser(), allowed);
}
