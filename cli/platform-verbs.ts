/** The verbs that work on the platform's database: datasets, models, runs, jobs, and the installation itself. */
import type { CAC } from "cac";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { defaultMetrics } from "./metric-list";
import { addSettingOptions } from "./setting-options";

/** Runs a verb's work; the frame turns what it throws into words and its number into the exit code. */
export type Does = (act: (...args: never[]) => Promise<number>) => (...args: unknown[]) => Promise<void>;

type Name = string | undefined;

export function registerPlatformVerbs(cli: CAC, does: Does): void {
  /** Loaded when called, as every verb is; with the database running around it. */
  const onDatabase = (act: (...args: never[]) => Promise<number>) =>
    does(async (...args) => (await import("./with-database")).withDatabase(() => act(...args)));

  cli
    .command("import <folder>", "Read a folder of pictures and captions into a dataset")
    .option("--name <name>", "The dataset's name; by default the folder's")
    .option("--description <text>", "What the pictures are")
    .option("--language <tag>", "Language of the captions, such as de or pt-BR; by default en")
    .option("--no-wait", "Print the job's id instead of waiting for it")
    .action(
      onDatabase(async (folder: string, options: object) =>
        (await import("./import")).importFolder(folder, options),
      ),
    );
  cli
    .command("datasets [verb] [name]", "list or delete datasets")
    .action(
      onDatabase(async (verb: string | undefined, name: Name) =>
        (await import("./import")).datasets(verb, name),
      ),
    );
  cli
    .command("checkpoints <verb> [subject]", "list, register FILE, export NAME or delete NAME of models")
    .option("--name <name>", "register: the model's name; by default the file's")
    .option("--options <file>", "register: JSON file of model options, where the weights do not say them")
    .option("--key <name>", "register: which weights, where the file holds several, such as model or ema")
    .option("--out <file>", "export: where to write")
    .action(
      onDatabase(async (verb: string, subject: Name, options: object) =>
        (await import("./checkpoints")).checkpoints(verb, subject, options),
      ),
    );
  const fineTune = cli
    .command("fine-tune <verb> [name]", "start, list, show, cancel or resume fine-tunes")
    .option("--dataset <name>", "start: the photographs")
    .option("--from <model>", "start: where training begins; by default from scratch")
    .option("--part <part>", "start: base or upsampler", { default: "base" })
    .option(
      "--evaluate-at-epochs <list>",
      "start: draw and score its models after these epochs: such as 5,10",
    )
    .option("--evaluate-captions <n>", "start: so many captions each time", { default: 100 })
    .option("--evaluate-dataset <name>", "start: captions and photographs; by default those it learns from")
    .option("--evaluate-with <model>", "start: the other part, needed to draw with an upsampler")
    .option("--evaluate-metrics <list>", `start: separated by commas (default: ${defaultMetrics})`)
    .option("--evaluate-sides <list>", "start: compare at 64 or 256 px (default: pictures as they are)")
    .option("--no-wait", "Print the job's id instead of waiting for it");
  addSettingOptions(fineTune, fineTuneSettings);
  fineTune.action(
    onDatabase(async (verb: string, name: Name, options: object) =>
      (await import("./fine-tune")).fineTune(verb, name, { ...options }),
    ),
  );
  const samples = cli
    .command("samples <verb> [name]", "draw, extend, list, evaluate, export or delete sample sets")
    .option("--dataset <name>", "draw: whose captions; evaluate: which photographs")
    .option("--base <model>", "draw: the base model")
    .option("--upsampler <model>", "draw: the upsampler")
    .option("--captions <n>", "draw: only the first so many captions; extend: now so many")
    .option("--all-captions", "draw: every caption of a picture, not only its first")
    .option("--metrics <list>", "evaluate: separated by commas")
    .option("--side <px>", "evaluate: compare at 64 or 256 px (default: pictures as they are)")
    .option("--out <folder>", "export: where to write")
    .option("--no-wait", "Print the job's id instead of waiting for it");
  addSettingOptions(samples, sampleSettings);
  samples.action(
    onDatabase(async (verb: string, name: Name, options: object) =>
      (await import("./samples")).samples(verb, name, { ...options }),
    ),
  );
  cli
    .command(
      "table [...sets]",
      "Scores of several sets as a report's table: sample sets, or folders as [GROUP/]NAME[@SIDE]=FOLDER",
    )
    .option(
      "--real <name>",
      "The real photographs: a dataset (default: whose captions were drawn), or a folder",
    )
    .option("--metrics <list>", "Separated by commas", { default: "fid" })
    .option("--sides <list>", "Sample sets: compare at 64 px, 256 px, or own", { default: "64,256" })
    .option("--format <format>", "text, csv, latex, markdown or json", { default: "text" })
    .option(
      "--captions <file>",
      "Folders: captions as .csv, .tsv, .json, .jsonl or .txt, where they do not lie beside the pictures",
    )
    .option("--clip <folder>", "Folders: another CLIP in place of ViT-B/32")
    .option("--inception <file>", "Folders: Inception weights in place of the installed ones")
    .option("--demo-clip <file>", "Folders: weights of the demo's CLIP in place of the installed ones")
    .action(
      does(async (sets: string[], options: { real?: Name }) => {
        const { comparesFolders, tableOfFolders, tableOfSampleSets } = await import("./comparison-table");
        if (comparesFolders(options.real)) return tableOfFolders(sets, options);
        return (await import("./with-database")).withDatabase(() => tableOfSampleSets(sets, options));
      }),
    );
  cli
    .command("jobs <verb> [id]", "list, follow, cancel or retry jobs")
    .option("--json", "list: print JSON")
    .action(
      onDatabase(async (verb: string, id: string | undefined, options: object) =>
        (await import("./jobs")).jobs(verb, id, options),
      ),
    );
  cli
    .command("worker", "Run one more worker, on this machine or, with DATABASE_URL, on another")
    .action(onDatabase(async () => (await import("./jobs")).worker()));
  cli
    .command("sign-in-link [email]", "Print a link that signs in once")
    .action(
      onDatabase(async (email: string | undefined) => (await import("./sign-in-link")).signInLink(email)),
    );
  cli.command("backup <folder>", "Copy everything that Semblance keeps into a new folder").action(
    does(async (folder: string) => {
      await (await import("./installation")).announceInstallation();
      return (await import("./backup")).backup(folder);
    }),
  );
  cli
    .command("reset", "Remove the demo, with its simulated votes; what is yours stays")
    .option("--yes", "Do not ask")
    .action(onDatabase(async (options: object) => (await import("./reset")).reset(options)));
  cli
    .command("sweep", "Remove files from the store that nothing needs any more")
    .action(onDatabase(async () => (await import("./sweep")).sweep()));
  cli
    .command("doctor", "Say what this machine has, what is missing, and how to get it")
    .option("--json", "Print JSON")
    .action(does(async (options: object) => (await import("./doctor")).doctor(options)));
}
