/** The `semblance` command: names the verbs and their options; each verb's work is in the file of its name. */
import { readFileSync } from "node:fs";
import { cac } from "cac";
import { SemblanceError, toSemblanceError } from "@/lib/errors";

/**
 * Runs the verb that `argv` names (as process.argv).
 *
 * @returns the exit code: 0, 1 for a verb's own "no", 2 for bad usage or an error
 */
export async function main(argv: string[]): Promise<number> {
  const cli = cac("semblance");
  let exitCode = 0;
  /** Registers a verb; its module is loaded only when it is called, so that the others start fast. */
  const does =
    (act: (...args: never[]) => Promise<number>) =>
    async (...args: unknown[]) => {
      exitCode = await act(...(args as never[]));
    };

  cli
    .command(
      "verify <prefix>",
      "Hold this machine's numbers against a reference case (PREFIX.json, .pt, .expected.safetensors)",
    )
    .option("--json", "Print JSON")
    .option("--provider <name>", "cpu, webgpu or cuda", { default: "cpu" })
    .action(
      does(async (prefix: string, options: { json?: boolean; provider: "cpu" | "webgpu" | "cuda" }) =>
        (await import("./verify")).verify(prefix, options),
      ),
    );
  cli
    .command("distance <file>", "Fréchet distance and KID between two stored feature sets")
    .option("--a <key>", "First set's key")
    .option("--b <key>", "Second set's key")
    .option("--json", "Print JSON")
    .action(
      does(async (file: string, options: { a: string; b: string; json?: boolean }) =>
        (await import("./distance")).distance({ ...options, file }),
      ),
    );
  cli
    .command("rank <votes.csv>", "Strengths, intervals and agreement from votes")
    .option("--json", "Print JSON")
    .option("--csv", "Print the leaderboard as CSV")
    .option("--seed <n>", "Seed of the resampling", { default: 1 })
    .option("--replicates <n>", "Bootstrap replicates", { default: 1000 })
    .option("--from <arm>", "Where the share of the way begins")
    .option("--to <arm>", "Where it ends")
    .action(does(async (file: string, options: object) => (await import("./rank")).rank(file, options)));

  cli
    .command(
      "study <verb> [subject]",
      "list, create DESIGN.json, open, close, leaderboard or votes of a study",
    )
    .option("--criterion <key>", "Which question's results")
    .action(
      does(async (verb: string, subject: string | undefined, options: { criterion?: string }) =>
        (await import("./study")).study(verb, subject, options),
      ),
    );

  cli.help();
  cli.version(packageVersion());

  try {
    cli.parse(argv, { run: false });
    if (!cli.matchedCommand && !cli.options.help && !cli.options.version) {
      if (cli.args[0] !== undefined) {
        throw new SemblanceError("invalid_input", `There is no verb “${cli.args[0]}”.`, {
          remedy: "npx semblance --help lists them all.",
        });
      }
      cli.outputHelp();
      return 2;
    }
    await cli.runMatchedCommand();
    return exitCode;
  } catch (thrown) {
    const isUsage = thrown instanceof Error && thrown.name === "CACError";
    const error = isUsage
      ? new SemblanceError("invalid_input", thrown.message, { remedy: "npx semblance --help shows how." })
      : toSemblanceError(thrown);
    process.stderr.write(`${error.message}\n${error.remedy ? `${error.remedy}\n` : ""}`);
    if (error.code === "internal") process.stderr.write(`${(error.cause as Error)?.stack ?? error.cause}\n`);
    return 2;
  }
}

function packageVersion(): string {
  const path = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
