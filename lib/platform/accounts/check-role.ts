/** Whether a member has one of the required roles. */
import { SemblanceError } from "@/lib/errors";
import type { Member } from "./member";
import type { Role } from "./roles";

/** @throws SemblanceError `not_signed_in` or `forbidden` */
export function checkRole(member: Member | null, allowed: readonly Role[]): Member {
  if (!member) {
    throw new SemblanceError("not_signed_in", "You are not signed in.", {
      remedy: "Sign in again. If you do so in another tab, your input here is kept.",
    });
  }
  if (!allowed.includes(member.role)) {
    throw new SemblanceError("forbidden", "Your role does not allow this.", {
      remedy: "Ask an administrator to change your role.",
    });
  }
  return member;
}
