/** `semblance sign-in-link`: a link that signs somebody in once, for anyone who lost theirs. */
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { createFirstAdministratorLink, createSignInLink } from "@/lib/platform/accounts/create-sign-in-link";
import { db } from "@/lib/platform/database/db";
import { serverAddress } from "@/lib/platform/server/server-address";
import { findRunningServer } from "@/lib/platform/server/server-beacon";

/** @param email whose; absent: the first administrator's. @returns the exit code: 0 */
export async function signInLink(
  email: string | undefined,
  output: Pick<NodeJS.WriteStream, "write"> = process.stdout,
): Promise<number> {
  const path = email === undefined ? await firstPath() : await pathOf(email);
  output.write(`${await serverAddress()}${path}\n`);
  const { publicUrl, dataFolder } = env();
  if (!publicUrl && !(await findRunningServer(dataFolder))) {
    process.stderr.write(`Start the server before you open it: npm start -- --data ${dataFolder}\n`);
  }
  return 0;
}

async function firstPath(): Promise<string> {
  const path = await createFirstAdministratorLink();
  if (path) return path;
  throw new SemblanceError("invalid_input", "The first administrator already has a password.", {
    remedy: "Give the account: npx semblance sign-in-link you@example.org",
  });
}

async function pathOf(email: string): Promise<string> {
  const user = await db.user.findUnique({ where: { email: email.trim().toLowerCase() } });
  if (user) return (await createSignInLink(user.id)).path;
  throw new SemblanceError("not_found", `There is no account ${email}.`, {
    remedy: "An administrator adds accounts in the dashboard, under Accounts.",
  });
}
