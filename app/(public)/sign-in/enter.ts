/** Signs in by password or by link, and goes on to the page that was asked for. */
import { signIn } from "next-auth/react";
import type { ActionFailure } from "@/lib/platform/accounts/protected-action";

/**
 * @returns why it was rejected; never where it was not, since the page is left
 * @throws where the server does not answer
 */
export async function enter(
  by: "password" | "link",
  given: Record<string, string>,
  next: string,
): Promise<ActionFailure> {
  const answer = await signIn(by, { redirect: false, ...given });
  if (answer?.error) return { ok: false, code: "not_signed_in", ...toWords(answer.error) };
  // A full load, so that nothing drawn for a stranger stays.
  window.location.assign(next);
  return new Promise(() => {});
}

/** NextAuth hands a rejection over as the text of an error. */
function toWords(error: string): { message: string; remedy?: string } {
  try {
    return JSON.parse(error);
  } catch {
    return { message: "Signing in did not work.", remedy: "Reload the page and try again." };
  }
}
