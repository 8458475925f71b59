/**
 * The `semblance` command: names the verbs and their options; each verb's work is in the file of its name, which is
 * loaded only when it is called, so that the others start fast.
 */
import { type CAC, type Command, cac } from "cac";
import { z } from "zod";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { experimentDrawing, experimentTraining } from "./experiment-plan";
import { chooseInstallation } from "./installation";
import { defaultMetrics, metricList } from "./metric-list";
import { type Does, registerPlatformVerbs } from "./platform-verbs";
import { emptyError, readArguments, refusedValues, runVerb } from "./read-arguments";
import { addSettingOptions, sampleOptionNames, trainOptionNames } from "./setting-options";

/** All verbs with their options; `does` makes of a verb's work what is run when it is called. */
export function describeVerbs(does: Does): CAC {
  const cli = cac("semblance");
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
    .command(
      "distance <file>",
      `${metricCatalogue.fid.computes} and ${metricCatalogue.kid.label} between two stored feature sets`,
    )
    .option("--a <key>", "First set's key")
    .option("--b <key>", "Second set's key")
    .option("--json", "Print JSON")
    .action(
      does(async (file: string, options: { a: string; b: string; json?: boolean }) =>
        (await import("./distance")).distance({ ...options, file }),
      ),
    );
  cli
    .command(
      "evaluate <real> [...generated]",
      "Score sets of generated pictures (FOLDER or NAME=FOLDER) against real ones and their captions",
    )
    .option("--metrics <list>", "Separated by commas", { default: defaultMetrics })
    .option(
      "--captions <file>",
      "Captions as .csv, .tsv, .json, .jsonl or .txt, where they do not lie beside the pictures",
    )
    .option(
      "--clip <folder>",
      "Another CLIP in place of ViT-B/32: a folder, or an id on the Hugging Face hub",
    )
    .option("--inception <file>", "Inception weights in place of the installed ones")
    .option("--demo-clip <file>", "Weights of the demo's CLIP in place of the installed ones")
    .option("--side <px>", "Compare squares of this side, such as 64 (default: pictures as they are)")
    .option("--seed <n>", "Seed of the resampling", { default: 0 })
    .option("--provider <name>", "auto, cpu, webgpu or cuda (default: SEMBLANCE_PROVIDER, else auto)")
    .option("--format <format>", "text, json, csv or latex", { default: "text" })
    .option("--json", "Print JSON")
    .action(
      does(async (real: string, generated: string[], options: object) => {
        const { cancelOnInterrupt } = await import("./interrupt");
        const { evaluate } = await import("./evaluate");
        return cancelOnInterrupt("The evaluation was stopped; computed features are kept.", (signal) =>
          evaluate({ ...options, real, generated, signal }),
        );
      }),
    );
  cli
    .command("heat-map <picture>", "Draw where each word of a caption is found in a picture")
    .option("--caption <text>", "The caption")
    .option("--out <file>", "The .png to write")
    .option(
      "--clip <folder>",
      "Another CLIP in place of ViT-B/32: a folder, or an id on the Hugging Face hub",
    )
    .option("--json", "Print the map as JSON")
    .action(
      does(async (picture: string, options: object) =>
        (await import("./heat-map")).heatMap({ ...options, picture }),
      ),
    );
  cli
    .command("statistics <pictures>", "FID statistics of a folder, as pytorch-fid's .npz")
    .option("--out <file>", "The .npz to write")
    .option("--dialect <name>", "pytorch-fid, tensorflow or clean", { default: "pytorch-fid" })
    .option("--inception <file>", "Inception weights in place of the installed ones")
    .option("--provider <name>", "auto, cpu, webgpu or cuda (default: SEMBLANCE_PROVIDER, else auto)")
    .action(
      does(async (pictures: string, options: object) =>
        (await import("./statistics")).statistics({ ...options, pictures }),
      ),
    );
  cli
    .command(
      "weights <action> [name] [path]",
      "list, get NAME or add NAME PATH: networks for metrics and sampling",
    )
    .option("--json", "Print JSON")
    .action(
      does(async (action: string, name: string | undefined, path: string | undefined, options: object) =>
        (await import("./weights")).weights({ ...options, action, name, path }),
      ),
    );
  cli
    .command(
      "rank <votes.csv>",
      "Strengths, intervals and agreement from votes, for every question of a file",
    )
    .option("--json", "Print JSON")
    .option("--csv", "Print the leaderboard as CSV")
    .option("--question <key>", "The one question to rank by")
    .option("--columns <map>", "Which columns hold what: caption=prompt,rater=annotator")
    .option("--all-raters", "Count raters whom the study excluded, too")
    .option("--seed <n>", "Seed of the resampling", { default: 1 })
    .option("--replicates <n>", "Check the differences' intervals by resampling, such as 1000 times")
    .option("--from <arm>", "Arm at which the gap begins, of which others close a share")
    .option("--to <arm>", "Arm at which the gap ends")
    .action(does(async (file: string, options: object) => (await import("./rank")).rank(file, options)));

  cli
    .command(
      "plan",
      "Raters that a difference needs, or what a number of them will show, from simulated studies",
    )
    .option("--arms <n>", "Arms that are compared", { default: 3 })
    .option("--captions <n>", "Captions", { default: 100 })
    .option("--raters <n>", "People who can be asked", { default: 30 })
    .option("--opponents <n>", "Others that each arm is compared with for a caption (default: all)")
    .option("--win-rate <share>", "Smallest win rate that matters", { default: 0.6 })
    .option("--power <share>", "How often the difference is to be found", { default: 0.8 })
    .option("--tie-share <share>", "Equal answers between equal arms", { default: 0.2 })
    .option("--neither-share <share>", "“Neither” answers between equal arms", { default: 0 })
    .option("--dropout <share>", "Raters who leave early", { default: 0 })
    .option("--excluded <share>", "Raters who are excluded", { default: 0 })
    .option("--effects <size>", "How much captions and raters differ: small, usual, large", {
      default: "usual",
    })
    .option("--raters-per-item <n>", "Predict for this number instead of finding the fewest")
    .option("--seed <n>", "Seed of the simulation", { default: 1 })
    .option("--json", "Print JSON")
    .action(does(async (options: object) => (await import("./plan")).plan({ ...options })));

  const train = cli
    .command(
      "train <folder>",
      "Fine-tune a model, or train one from scratch, on pictures with captions beside them",
    )
    .option("--part <part>", "base or upsampler", { default: "base" })
    .option("--from <file>", "Checkpoint to start from; without it, from scratch")
    .option("--key <name>", "Which weights of that file, where it holds several, such as model or ema")
    .option(
      "--model-options <file>",
      "JSON file of model options, where neither preset nor checkpoint says them",
    )
    .option("--out <folder>", "Folder of the run; the same one again continues it", { default: "run" })
    .option("--provider <name>", "auto, cpu, webgpu or cuda (default: SEMBLANCE_PROVIDER, else auto)")
    .option("--json", "Print events as JSON, one per line");
  addSettingOptions(train, fineTuneSettings, trainOptionNames);
  train.action(
    does(async (folder: string, options: object) => (await import("./train")).train(folder, { ...options })),
  );
  const sample = cli
    .command("sample", "Draw pictures of captions")
    .option("--base <file>", "Base model's checkpoint")
    .option("--upsampler <file>", "Upsampler's checkpoint")
    .option(
      "--base-key <name>",
      "Which weights of the base's file, where it holds several, such as model or ema",
    )
    .option("--upsampler-key <name>", "The same for the upsampler")
    .option(
      "--base-options <file>",
      "JSON file of the base model's options, where its checkpoint does not say them",
    )
    .option("--upsampler-options <file>", "The same for the upsampler")
    .option("--caption <text>", "Caption to draw; several are allowed", { type: [String] })
    .option("--captions <file>", "File of captions: .txt with one on each line, .csv, .tsv, .json or .jsonl")
    .option("--out <folder>", "Folder for the pictures", { default: "samples" })
    .option("--provider <name>", "auto, cpu, webgpu or cuda (default: SEMBLANCE_PROVIDER, else auto)");
  addSettingOptions(sample, sampleSettings, sampleOptionNames);
  sample.action(does(async (options: object) => (await import("./sample")).sample({ ...options })));

  const experiment = cli
    .command(
      "experiment <photographs>",
      "The report's experiment: fine-tune both models, draw every caption before and after, score, draw figures",
    )
    .option("--base <file>", "GLIDE's base.pt; without it, an original is trained from scratch")
    .option("--upsampler <file>", "GLIDE's upsample.pt; the same")
    .option("--epochs <list>", "Epochs after which the fine-tuned models are compared", { default: "20,40" })
    .option("--scratch-epochs <n>", "Epochs of an original that is trained from scratch", { default: 20 })
    .option("--metrics <list>", "Separated by commas", { default: defaultMetrics })
    .option("--figure-captions <file>", "File of the figures' captions (default: four of the photographs')")
    .option("--out <folder>", "Where everything goes; the same one again continues", {
      default: "experiment",
    })
    .option("--clip <folder>", "Another CLIP in place of ViT-B/32")
    .option("--inception <file>", "Inception weights in place of the installed ones")
    .option("--provider <name>", "auto, cpu, webgpu or cuda (default: SEMBLANCE_PROVIDER, else auto)");
  addSettingOptions(experiment, experimentTraining);
  addSettingOptions(experiment, experimentDrawing);
  experiment.action(
    does(async (photographs: string, options: object) =>
      (await import("./experiment")).experiment(photographs, { ...options }),
    ),
  );

  cli
    .command("rebuild <release>", "Compute a released study's leaderboard anew and compare it byte for byte")
    .option("--csv", "Print the rebuilt leaderboard")
    .action(
      does(async (release: string, options: object) => (await import("./rebuild")).rebuild(release, options)),
    );
  cli
    .command(
      "study <verb> [subject]",
      "list, create DESIGN.json, design, change, registration, timestamp, open, end-pilot, close, raters, exclude, reinstate, leaderboard, votes or release of a study",
    )
    .option("--design <file>", "change: the design that the draft gets")
    .option("--criterion <key>", "One question's results alone; all questions' without it")
    .option("--pilot", "open: as a pilot, whose answers are dropped before the real start")
    .option("--to-draft", "end-pilot: make the study a draft again instead of starting it")
    .option("--rater <id>", "Whom to exclude or reinstate: the rater's id, or that at the recruiting service")
    .option("--reason <text>", "Why, for the audit log")
    .option(
      "--out <path>",
      "release: a new folder, or a file that ends in .zip; leaderboard: .csv, .json or .parquet; timestamp: the request (.tsq)",
    )
    .option(
      "--reply <file>",
      "timestamp: the authority's reply (.tsr), which is attached to the registration",
    )
    .action(
      does(async (verb: string, subject: string | undefined, options: { criterion?: string; out?: string }) =>
        (await import("./with-database")).withDatabase(async () =>
          (await import("./study")).study(verb, subject, { ...options }),
        ),
      ),
    );

  registerPlatformVerbs(cli, does);

  cli.option(
    "--data <folder>",
    "Data folder of the installation (default: SEMBLANCE_DATA, else the running server's, else data)",
  );
  cli.help((sections) => [
    ...sections.map((section) => ({
      ...section,
      // What a "no" option turns off is on by default; beside the option that reads as its opposite.
      body: section.body.replaceAll(/^(\s+--no-.*) \(default: true\)$/gm, "$1"),
    })),
    ...(sections.some(({ body }) => /--(evaluate-)?metrics </.test(body))
      ? [{ title: "Metrics", body: metricList() }]
      : []),
  ]);
  cli.version(softwareVersion);
  return cli;
}

/**
 * Runs the verb that `argv` names (as process.argv).
 *
 * @returns the exit code: 0, 1 for a verb's own "no", 2 for bad usage or an error
 */
export async function main(argv: string[]): Promise<number> {
  let exitCode = 0;
  // A reader such as `head` that has seen enough closes the pipe; nothing is wrong then.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  const cli = describeVerbs((act) => async (...args) => {
    exitCode = await act(...(args as never[]));
  });
  let command: Command | null = null;
  try {
    const { args, options, ...read } = readArguments(cli, argv.slice(2));
    command = read.command;
    if (options.data === "") throw emptyError("--data");
    await chooseInstallation(options.data as string | undefined);
    if (options.help) (command ?? cli).outputHelp();
    else if (command) await runVerb(command, { args, options });
    else if (options.version) cli.outputVersion();
    else {
      cli.outputHelp();
      return 2;
    }
    return exitCode;
  } catch (thrown) {
    const error = thrown instanceof z.ZodError ? refusedValues(command, thrown) : toPlatformError(thrown);
    process.stderr.write(`${error.message}\n${error.remedy ? `${error.remedy}\n` : ""}`);
    if (error.code === "internal") process.stderr.write(`${(error.cause as Error)?.stack ?? error.cause}\n`);
    return 2;
  }
}
