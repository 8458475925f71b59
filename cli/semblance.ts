/**
 * The `semblance` command: names the verbs and their options; each verb's work is in the file of its name, which is
 * loaded only when it is called, so that the others start fast.
 */
import { type CAC, type Command, cac } from "cac";
import { z } from "zod";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { softwareVersion } from "@/lib/platform/server/software-version";
import { augmentSettings } from "./augment-settings";
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
      "verify <path>",
      "Check this machine's numbers against a reference case (its path without the files' endings) or a folder of them",
    )
    .option("--json", "Print JSON")
    .option("--provider <name>", "cpu, cuda, webgpu or webgpu:ADAPTER", { default: "cpu" })
    .action(
      does(async (path: string, options: { json?: boolean; provider: ExecutionProvider }) =>
        (await import("./verify")).verify(path, options),
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
      "Score sets of samples (FOLDER or NAME=FOLDER) against real images and their captions",
    )
    .option("--metrics <list>", "Separated by commas", { default: defaultMetrics })
    .option(
      "--captions <file>",
      "Captions as .csv, .tsv, .json, .jsonl or .txt, if they are not next to the images",
    )
    .option("--clip <folder>", "CLIP to use instead of ViT-B/32: a folder or a Hugging Face model id")
    .option("--inception <file>", "Inception weights to use instead of the installed ones")
    .option("--demo-clip <file>", "Weights of the demo's CLIP to use instead of the installed ones")
    .option(
      "--side <px>",
      "Downsample to squares of this side length first, such as 64 (default: no resizing)",
    )
    .option("--seed <n>", "Seed of the resampling", { default: 0 })
    .option(
      "--provider <name>",
      "auto, cpu, cuda, webgpu or webgpu:ADAPTER (default: SEMBLANCE_PROVIDER or auto)",
    )
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
    .command("heat-map <image>", "Show where each word of a caption is found in an image")
    .option("--caption <text>", "The caption")
    .option("--out <file>", "The .png to write")
    .option("--clip <folder>", "CLIP to use instead of ViT-B/32: a folder or a Hugging Face model id")
    .option("--json", "Print the map as JSON")
    .action(
      does(async (image: string, options: object) =>
        (await import("./heat-map")).heatMap({ ...options, image }),
      ),
    );
  cli
    .command("statistics <folder>", "FID statistics of a folder, in pytorch-fid's .npz format")
    .option("--out <file>", "The .npz to write")
    .option("--dialect <name>", "pytorch-fid, tensorflow or clean", { default: "pytorch-fid" })
    .option("--inception <file>", "Inception weights to use instead of the installed ones")
    .option(
      "--provider <name>",
      "auto, cpu, cuda, webgpu or webgpu:ADAPTER (default: SEMBLANCE_PROVIDER or auto)",
    )
    .action(
      does(async (images: string, options: object) =>
        (await import("./statistics")).statistics({ ...options, images }),
      ),
    );
  cli
    .command("tokens <...captions>", "Captions as the tokens that GLIDE reads, and what of them is cut off")
    .option("--json", "Print JSON")
    .action(
      does(async (captions: string[], options: object) =>
        (await import("./tokens")).tokens(captions, options),
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
      "rank <file>",
      "Ratings, intervals and agreement from a file of votes, scores or rankings, for every question in it",
    )
    .option("--json", "Print JSON")
    .option("--csv", "Print the leaderboard as CSV")
    .option("--question <key>", "Only this question")
    .option("--columns <map>", "Which column is which: caption=prompt,model=system,rater=annotator")
    .option("--scale <ends>", "What scores must lie in, such as 1-5 (default: 0-100)")
    .option(
      "--both-bad <reading>",
      "How to read “both bad” in a pair: neither is better (neither), or a tie (tie)",
      {
        default: "neither",
      },
    )
    .option("--metrics <file>", "Table of automatic scores per item, to be compared with people's")
    .option("--all-raters", "Also count raters excluded by the study")
    .option("--seed <n>", "Seed of the resampling", { default: 1 })
    .option("--replicates <n>", "Check the intervals of the differences by resampling, such as 1000 times")
    .option("--from <arm>", "Arm at the start of the gap, of which the other arms close a share")
    .option("--to <arm>", "Arm at the end of the gap")
    .action(does(async (file: string, options: object) => (await import("./rank")).rank(file, options)));

  cli
    .command(
      "plan",
      "Raters needed to detect a difference, or the power of a given number, from simulated studies",
    )
    .option("--arms <n>", "Number of arms", { default: 3 })
    .option("--captions <n>", "Number of captions", { default: 100 })
    .option("--raters <n>", "Number of raters", { default: 30 })
    .option("--opponents <n>", "Other arms that each arm is compared with per caption (default: all)")
    .option("--win-rate <share>", "Smallest win rate that matters", { default: 0.6 })
    .option("--power <share>", "How often the difference should be detected", { default: 0.8 })
    .option("--tie-share <share>", "Share of ties between equal arms", { default: 0.2 })
    .option("--neither-share <share>", "Share of “neither” between equal arms", { default: 0 })
    .option("--dropout <share>", "Share of raters who leave early", { default: 0 })
    .option("--excluded <share>", "Share of raters who are excluded", { default: 0 })
    .option("--effects <size>", "How much captions and raters vary: small, usual or large", {
      default: "usual",
    })
    .option("--raters-per-item <n>", "Report the power of this number instead of finding the smallest")
    .option("--seed <n>", "Seed of the simulation", { default: 1 })
    .option("--json", "Print JSON")
    .action(does(async (options: object) => (await import("./plan")).plan({ ...options })));

  const train = cli
    .command("train <folder>", "Fine-tune a model, or train one from scratch, on captioned images")
    .option("--settings <file>", "YAML or JSON file of settings; options replace parts of it")
    .option("--write-settings <file>", "Write the settings to a file, and train nothing")
    .option("--estimate", "Try the first steps, print duration and memory, and train nothing")
    .option("--part <part>", "base or upsampler (default: base)")
    .option("--from <file>", "Checkpoint to start from (default: train from scratch)")
    .option("--key <name>", "Which weights in that file, if it contains several, such as model or ema")
    .option(
      "--model-options <file>",
      "JSON file of model options, if neither preset nor checkpoint determines them",
    )
    .option("--out <folder>", "Folder of the run; use it again to resume", { default: "run" })
    .option(
      "--provider <name>",
      "auto, cpu, cuda, webgpu or webgpu:ADAPTER (default: SEMBLANCE_PROVIDER or auto)",
    )
    .option("--language <tag>", "Language of the captions, such as de", { default: "en" })
    .option("--word-lists <file>", "Word lists for --balance-attributes (default: the usual ones)")
    .option("--json", "Print events as JSON, one per line");
  addSettingOptions(train, fineTuneSettings, trainOptionNames);
  train.action(
    does(async (folder: string, options: object) => (await import("./train")).train(folder, { ...options })),
  );
  const augment = cli
    .command("augment <folder>", "Draw a contact sheet of images as augmentation would change them")
    .option("--settings <file>", "A fine-tune's settings file; options replace parts of it")
    .option("--images <n>", "Images of the folder, in the order of their paths", { default: 4 })
    .option("--size <px>", "Side of the images that the model learns from", { default: 64 })
    .option("--language <tag>", "Language of the captions, such as de", { default: "en" })
    .option("--out <file>", "The .png to write", { default: "augmented.png" });
  addSettingOptions(augment, augmentSettings);
  augment.action(
    does(async (folder: string, options: object) =>
      (await import("./augment")).augment(folder, { ...options }),
    ),
  );
  const sample = cli
    .command("sample", "Draw samples for captions")
    .option("--settings <file>", "YAML or JSON file of sampling settings; options replace parts of it")
    .option("--write-settings <file>", "Write the settings to a file, and draw nothing")
    .option("--base <file>", "Base model's checkpoint")
    .option("--upsampler <file>", "Upsampler's checkpoint")
    .option(
      "--base-key <name>",
      "Which weights in the base's file, if it contains several, such as model or ema",
    )
    .option("--upsampler-key <name>", "The same for the upsampler")
    .option(
      "--base-options <file>",
      "JSON file of the base's model options, if its checkpoint does not determine them",
    )
    .option("--upsampler-options <file>", "The same for the upsampler")
    .option("--inpaint <image>", "Image to complete with an inpainting base; needs --mask")
    .option("--mask <image>", "Mask of the image's size: white where it is to be redrawn")
    .option("--lora <file>", "LoRA to merge into the base; can be repeated", { type: [String] })
    .option("--lora-scale <n>", "How strongly each LoRA is applied, in the same order (default: 1)", {
      type: [String],
    })
    .option(
      "--clip <folder>",
      "Noised CLIP for CLIP guidance: clip_image_enc.pt and clip_text_enc.pt (default: the installed one)",
    )
    .option("--caption <text>", "Caption to sample; can be repeated", { type: [String] })
    .option("--captions <file>", "Caption file: .txt with one per line, .csv, .tsv, .json or .jsonl")
    .option("--out <folder>", "Output folder", { default: "samples" })
    .option(
      "--provider <name>",
      "auto, cpu, cuda, webgpu or webgpu:ADAPTER (default: SEMBLANCE_PROVIDER or auto)",
    );
  addSettingOptions(sample, sampleSettings, sampleOptionNames);
  sample.action(does(async (options: object) => (await import("./sample")).sample({ ...options })));

  const experiment = cli
    .command(
      "experiment <photographs>",
      "The report's experiment: fine-tune base and upsampler, sample before and after, score, make figures",
    )
    .option("--base <file>", "GLIDE's base.pt; without it, a base is trained from scratch")
    .option("--upsampler <file>", "GLIDE's upsample.pt; without it, an upsampler is trained from scratch")
    .option("--epochs <list>", "Epochs after which the fine-tuned models are compared", { default: "20,40" })
    .option("--scratch-epochs <n>", "Epochs of a model trained from scratch", { default: 20 })
    .option("--metrics <list>", "Separated by commas", { default: defaultMetrics })
    .option(
      "--figure-captions <file>",
      "Caption file for the figures (default: four of the photographs' captions)",
    )
    .option("--out <folder>", "Output folder; use it again to continue", {
      default: "experiment",
    })
    .option("--clip <folder>", "CLIP to use instead of ViT-B/32")
    .option("--inception <file>", "Inception weights to use instead of the installed ones")
    .option(
      "--provider <name>",
      "auto, cpu, cuda, webgpu or webgpu:ADAPTER (default: SEMBLANCE_PROVIDER or auto)",
    );
  addSettingOptions(experiment, experimentTraining);
  addSettingOptions(experiment, experimentDrawing);
  experiment.action(
    does(async (photographs: string, options: object) =>
      (await import("./experiment")).experiment(photographs, { ...options }),
    ),
  );

  cli
    .command("rebuild <release>", "Recompute a released study's leaderboard and compare it byte for byte")
    .option("--csv", "Print the rebuilt leaderboard")
    .action(
      does(async (release: string, options: object) => (await import("./rebuild")).rebuild(release, options)),
    );
  cli
    .command(
      "study <verb> [subject]",
      "list, create DESIGN.json, import RATINGS.csv, delete, design, change, registration, timestamp, open, end-pilot, close, raters, exclude, reinstate, leaderboard, differences, sensitivity, metrics, correlations, votes or release of a study",
    )
    .alias("studies")
    .option("--name <name>", "import: name of the study (default: the file's)")
    .option("--columns <list>", "import: columns with other names, such as caption=prompt,rater=worker")
    .option("--scale <scale>", "import: what scores must lie in, such as 1-5")
    .option("--both-bad <reading>", "import: what “both bad” counts as, neither (default) or tie")
    .option(
      "--metrics <file>",
      "import, metrics: a table of automatic scores, whose first column is the item",
    )
    .option("--design <file>", "change: the draft's new design")
    .option("--criterion <key>", "Only this question (default: all)")
    .option("--pilot", "open: as a pilot, whose answers are deleted before the real start")
    .option("--to-draft", "end-pilot: turn the study back into a draft instead of starting it")
    .option(
      "--rater <id>",
      "Rater to exclude or reinstate: the rater's id, or the id at the recruiting service",
    )
    .option("--reason <text>", "Why, for the audit log")
    .option(
      "--out <path>",
      "release: a new folder, or a file that ends in .zip; leaderboard: .csv, .json or .parquet; timestamp: the request (.tsq)",
    )
    .option("--reply <file>", "timestamp: the authority's reply (.tsr), to attach to the registration")
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
    "Data folder of the installation (default: SEMBLANCE_DATA, or the running server's, or data)",
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
