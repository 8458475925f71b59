/** `semblance reset`: removes the demo, after showing what goes and what stays. */
import { createInterface } from "node:readline/promises";
import { demoRemovalToLines } from "@/lib/dashboard/demo-removal-to-lines";
import { getDemoState } from "@/lib/dashboard/demo-state";
import { planDemoRemoval, removeDemo } from "@/lib/dashboard/remove-demo";

/**
 * Asks before it removes anything; `yes` answers for anyone who runs it in a script.
 *
 * @returns the exit code: 0, or 1 where the answer was no
 */
export async function reset(
  options: { yes?: boolean } = {},
  {
    input = process.stdin,
    output = process.stdout,
  }: { input?: NodeJS.ReadableStream; output?: NodeJS.WritableStream } = {},
): Promise<number> {
  const state = await getDemoState();
  if (state !== "installed" && state !== "installing") {
    output.write("There is no demo in this data folder, so nothing was removed.\n");
    return 0;
  }
  output.write(`${demoRemovalToLines(await planDemoRemoval()).join("\n")}\n`);
  if (!options.yes && !(await agrees(input, output))) {
    output.write("Nothing was removed.\n");
    return 1;
  }
  await removeDemo("semblance reset");
  output.write("The demo was removed. It does not come back; a new data folder would show it again.\n");
  return 0;
}

async function agrees(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<boolean> {
  const asking = createInterface({ input, output });
  try {
    // The end of the input, as in a script without --yes, is not agreement.
    const answer = await Promise.race([
      asking.question("Remove it? Type yes: "),
      new Promise<string>((settle) => asking.once("close", () => settle(""))),
    ]);
    return answer.trim().toLowerCase() === "yes";
  } finally {
    asking.close();
  }
}
