/** How a person gets a new sign-in link, in words for that person: an administrator may have nobody to ask. */
import type { User } from "@/lib/generated/prisma/client";
import { semblanceCommand } from "@/lib/platform/server/semblance-command";

/** @param person who reads it; null for a stranger, who is told nothing of this installation */
export function howToGetALink(person: Pick<User, "email" | "role"> | null): string {
  if (!person) {
    return "Ask an administrator for a new sign-in link. Administrators can create one on the machine that runs Semblance: npx semblance sign-in-link you@example.org";
  }
  if (person.role !== "ADMINISTRATOR") return "Ask an administrator for a new sign-in link.";
  const command = semblanceCommand(`npx semblance sign-in-link ${person.email}`);
  return `As an administrator, you can create a new one on the machine that runs Semblance: ${command}`;
}
