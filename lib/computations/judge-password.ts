/** Whether a password is easily guessed. */
import { judgePassword } from "@/lib/platform/accounts/judge-password";

export type WantedPassword = { readonly password: string; readonly words: readonly string[] };

export async function compute({ password, words }: WantedPassword): Promise<string | null> {
  return judgePassword(password, words);
}
