/** The verbs that work on the platform's database: datasets, models, runs, jobs, and the installation itself. */
import type { CAC, Command } from "cac";
import { auditNetworkNames } from "@/lib/datasets/audit/contradictions";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { matchWays } from "@/lib/samples/import/sample-import-fields";
import { defaultMetrics } from "./metric-list";
import { addSettingOptions } from "./setting-options";

/** Runs a verb's work; the frame turns what it throws into words and its number into the exit code. */
export type Does = (act: (...args: never[]) => Promise<number>) => (...args: unknown[]) => Promise<void>;

type Name = string | undefined;

export function registerPlatformVerbs(cli: CAC, does: Does): void {
  /** Loaded when called, as every verb is; with the database running around it. */
  const onDatabase = (act: (...args: never[]) => Promise<number>) =>
    does(async (...args) => (await import("./with-database")).withDatabase(() => act(...args)));

  const describeImport = (command: Command) =>
    command
      .option("--name <name>", "import: name of the dataset (default: the source's)")
      .option("--description <text>", "import: description of the dataset")
      .option("--language <tag>", "import: language of the captions, such as de or pt-BR (default: en)")
      .option("--caption-column <names>", "import: column of the captions, or several separated by commas")
      .option("--image-column <name>", "import: column with the images or their names")
      .option("--category-column <names>", "import: columns that group captions, separated by commas")
      .option("--no-wait", "Print the job's id instead of waiting for it");
  describeImport(
    cli.command("import <source>", "Short for datasets import: a folder, or a zip, tar or Parquet file"),
  ).action(
    onDatabase(async (source: string, options: object) =>
      (await import("./datasets")).importSource(source, options),
    ),
  );
  describeImport(
    cli
      .command(
        "datasets [verb] [subject]",
        "list, preview PATH, import PATH, audit, export, split, revisions, restore, find-duplicates or delete NAME of datasets",
      )
      .option(
        "--network <name>",
        `audit: compare images by ${auditNetworkNames.join(" or ")} (default: none)`,
      )
      .option(
        "--attributes <list>",
        "audit: compare by these attributes (default: the first of the word lists)",
      )
      .option("--json", "audit: print JSON")
      .option("--as <layout>", "export: imagefolder, webdataset or parquet (default: imagefolder)")
      .option("--out <folder>", "export: output path")
      .option("--held-out <share>", "split: share of the images that no model learns from, such as 0.2")
      .option("--seed <n>", "split: which images the share is (default: 0)")
      .option("--list <file>", "split: file with the names of the held-out images, one per line")
      .option("--revision <n>", "restore: the earlier revision that the dataset is to be like again"),
  ).action(
    onDatabase(async (verb: string | undefined, subject: Name, options: object) =>
      (await import("./datasets")).datasets(verb, subject, options),
    ),
  );
  cli
    .command("checkpoints <verb> [subject]", "list, register FILE, export NAME or delete NAME of checkpoints")
    .option("--name <name>", "register: name of the checkpoint (default: the file's)")
    .option("--options <file>", "register: JSON file of model options, if the weights do not determine them")
    .option("--key <name>", "register: which weights, if the file contains several, such as model or ema")
    .option("--format <format>", "export: stored, safetensors, pt or onnx", { default: "stored" })
    .option("--precision <name>", "export: single or half, for safetensors and pt", { default: "single" })
    .option("--out <path>", "export: output file, or folder for onnx (default: the checkpoint’s name)")
    .action(
      onDatabase(async (verb: string, subject: Name, options: object) =>
        (await import("./checkpoints")).checkpoints(verb, subject, options),
      ),
    );
  cli
    .command(
      "adapters <verb> [subject]",
      "list, register FILE, export NAME, merge NAME or delete NAME of LoRA adapters",
    )
    .option("--name <name>", "register: name of the adapter (default: the file's)")
    .option("--base <model>", "merge: base checkpoint, which stays as it is")
    .option("--lora <adapter>", "merge: adapter; may be repeated", { type: [String] })
    .option("--lora-scale <n>", "merge: its strength, in the same order (default: 1)", { type: [String] })
    .option("--out <path>", "export: output file, for peft folder (default: the adapter's name)")
    .option("--format <format>", "export: stored or peft, a folder that peft loads (default: stored)")
    .option("--no-wait", "Print the job's id instead of waiting for it")
    .action(
      onDatabase(async (verb: string, subject: Name, options: object) =>
        (await import("./adapters")).adapters(verb, subject, options),
      ),
    );
  const fineTune = cli
    .command(
      "fine-tune [verb] [name]",
      "start, list, show, pause, resume, cancel, save, sample, up, down or first of fine-tunes",
    )
    .option("--settings <file>", "start: YAML or JSON file of settings; options replace parts of it")
    .option("--write-settings <file>", "start, show: write the settings to a file, and start nothing")
    .option("--dataset <name>", "start: the photographs")
    .option("--from <model>", "start: checkpoint to start from (default: from scratch)")
    .option("--part <part>", "start: base or upsampler (default: base)")
    .option("--evaluate-at-epochs <list>", "start: sample and evaluate after these epochs, such as 5,10")
    .option("--evaluate-captions <n>", "start: number of captions each time (default: 100)")
    .option("--evaluate-dataset <name>", "start: captions and photographs (default: the training dataset)")
    .option("--evaluate-split <split>", "start: only their held-out or training images (default: all)")
    .option("--evaluate-with <model>", "start: checkpoint of the other part, required for an upsampler")
    .option("--evaluate-metrics <list>", `start: separated by commas (default: ${defaultMetrics})`)
    .option("--evaluate-sides <list>", "start: compare at 64 or 256 px (default: no resizing)")
    .option("--estimate", "start: try the first steps, print duration and memory, and start nothing")
    .option("--no-wait", "Print the job's id instead of waiting for it");
  addSettingOptions(fineTune, fineTuneSettings);
  fineTune.action(
    onDatabase(async (verb: Name, name: Name, options: object) =>
      (await import("./fine-tune")).fineTune(verb, name, { ...options }),
    ),
  );
  cli
    .command(
      "runs <verb> [...names]",
      "compare fine-tunes, list, note, archive or restore them, export their curves or tensorboard files",
    )
    .option("--search <words>", "list: only runs whose name, tags, notes or dataset have these words")
    .option(
      "--sort <column>",
      "list: name, part, state, createdAt, finalLoss, validationLoss or durationSeconds (default: createdAt)",
    )
    .option("--ascending", "list: smallest or oldest first (default: largest or newest)")
    .option("--archived", "list: the archived runs instead of the others")
    .option("--tags <list>", "note: tags instead of those that the run has, separated by commas")
    .option("--notes <text>", "note: notes instead of those that the run has")
    .option("--format <format>", "compare: text, csv or json", { default: "text" })
    .option("--out <path>", "curves: CSV file; tensorboard: folder (default: tensorboard)")
    .action(
      onDatabase(async (verb: string, names: string[], options: object) =>
        (await import("./runs")).runs(verb, names, { ...options }),
      ),
    );
  const samples = cli
    .command(
      "samples <verb> [name]",
      "draw, compare-guidance, import, extend, list, evaluate, export or delete sample sets",
    )
    .option(
      "--settings <file>",
      "draw, compare-guidance: YAML or JSON file of settings; options replace parts of it",
    )
    .option(
      "--write-settings <file>",
      "draw, compare-guidance: write the settings to a file, and draw nothing",
    )
    .option(
      "--dataset <name>",
      "draw, compare-guidance, import: dataset with the captions; evaluate: dataset with the photographs",
    )
    .option("--images <folder>", "import: folder, zip or tar file with images of any generator")
    .option("--manifest <file>", "import: table of images and captions, if it is not among the images")
    .option("--match <way>", `import: ${matchWays.join(", ")}`, { default: "auto" })
    .option("--image-column <name>", "import: the manifest’s column of files, if it has an unusual name")
    .option("--caption-column <name>", "import: its column of captions, stems or indices")
    .option("--several", "import: a caption may have several images")
    .option("--model <name>", "import: model of the images of which the manifest names none")
    .option("--accept", "import: leave out images that match no caption, and take doubtful matches")
    .option("--reject <file>", "import: leave out this doubtful match; may be repeated", { type: [String] })
    .option("--preview", "import: only list what would be imported")
    .option("--base <model>", "draw: base checkpoint")
    .option(
      "--masks <name>",
      "draw, compare-guidance: complete the images of these masks with an inpainting base",
    )
    .option("--lora <adapter>", "draw: registered adapter of the base; may be repeated", { type: [String] })
    .option("--lora-scale <n>", "draw: its strength, in the same order (default: 1)", { type: [String] })
    .option("--upsampler <model>", "draw: upsampler checkpoint")
    .option("--captions <n>", "draw: only the first n captions; extend: new number of captions")
    .option("--all-captions", "draw: every caption of each photograph, not only the first")
    .option(
      "--category <name=value>",
      "draw, evaluate: only captions of this category, or of several (repeat it)",
      {
        type: [String],
      },
    )
    .option("--split <split>", "draw, evaluate: only held-out or training images (default: all)")
    .option("--metrics <list>", "evaluate: separated by commas")
    .option("--side <px>", "evaluate: compare at 64 or 256 px (default: no resizing)")
    .option("--as <layout>", "export: imagefolder, webdataset or parquet (default: PNG files with settings)")
    .option("--out <folder>", "export: output path")
    .option("--classifier-free-scales <list>", "compare-guidance: scales to try (default: 1.5,3,6)", {
      type: [String],
    })
    .option("--clip-scales <list>", "compare-guidance: scales of CLIP guidance to try (default: none)", {
      type: [String],
    })
    .option("--combined", "compare-guidance: also every scale of one with every scale of the other")
    .option("--no-unguided", "compare-guidance: leave out samples without guidance")
    .option("--caption-match <metric>", "compare-guidance: metric of how well captions are matched")
    .option("--fidelity <metric>", "compare-guidance: metric of the distance from photographs")
    .option("--diversity <metric>", "compare-guidance: metric of diversity within captions")
    .option("--format <format>", "compare-guidance: text or csv (default: text)")
    .option("--no-wait", "Print the job's id instead of waiting for it");
  addSettingOptions(samples, sampleSettings);
  samples.action(
    onDatabase(async (verb: string, name: Name, options: object) =>
      (await import("./samples")).samples(verb, name, { ...options }),
    ),
  );
  cli
    .command("masks <verb> [name]", "list, import NAME or delete NAME of masks for inpainting")
    .option("--from <folder>", "import: folder, zip or tar file with a mask for each image")
    .option(
      "--dataset <name>",
      "import: dataset of the images (default: made from FOLDER/images, with FOLDER/masks)",
    )
    .option("--no-wait", "Print the job's id instead of waiting for it")
    .action(
      onDatabase(async (verb: string, name: Name, options: object) =>
        (await import("./masks")).masks(verb, name, options),
      ),
    );
  cli
    .command(
      "table [...sets]",
      "Scores of several sets as a table: sample sets, or folders as [GROUP/]NAME[@SIDE]=FOLDER",
    )
    .option(
      "--real <name>",
      "The real photographs: a dataset (default: the one with the captions) or a folder",
    )
    .option("--metrics <list>", "Separated by commas", { default: "fid" })
    .option("--split <split>", "A dataset: only its held-out or training photographs (default: all)")
    .option(
      "--category <name=value>",
      "Sample sets: only captions of this category, or of several (repeat it)",
      {
        type: [String],
      },
    )
    .option("--sides <list>", "Sample sets: compare at 64 px, 256 px or own (no resizing)", {
      default: "64,256",
    })
    .option("--format <format>", "text, csv, latex, markdown or json", { default: "text" })
    .option(
      "--captions <file>",
      "Folders: captions as .csv, .tsv, .json, .jsonl or .txt, if they are not next to the images",
    )
    .option("--clip <folder>", "Folders: CLIP to use instead of ViT-B/32")
    .option("--inception <file>", "Folders: Inception weights to use instead of the installed ones")
    .option("--demo-clip <file>", "Folders: weights of the demo's CLIP to use instead of the installed ones")
    .action(
      does(async (sets: string[], options: { real?: Name }) => {
        const { comparesFolders, tableOfFolders, tableOfSampleSets } = await import("./comparison-table");
        if (comparesFolders(options.real)) return tableOfFolders(sets, options);
        return (await import("./with-database")).withDatabase(() => tableOfSampleSets(sets, options));
      }),
    );
  cli
    .command("jobs <verb> [id]", "list, follow, cancel, retry, up, down or first of jobs")
    .option("--json", "list: print JSON")
    .action(
      onDatabase(async (verb: string, id: string | undefined, options: object) =>
        (await import("./jobs")).jobs(verb, id, options),
      ),
    );
  cli
    .command("worker", "Run another worker, on this machine or, with DATABASE_URL, on any other")
    .option(
      "--provider <name>",
      "auto, cpu, cuda, webgpu or webgpu:ADAPTER (default: SEMBLANCE_PROVIDER or auto)",
    )
    .action(
      onDatabase(async (options: { provider?: "auto" | ExecutionProvider }) =>
        (await import("./jobs")).worker(options),
      ),
    );
  cli
    .command("workers [verb] [id]", "list workers, or drain, pause or resume one")
    .action(
      onDatabase(async (verb: string | undefined, id: Name) => (await import("./workers")).workers(verb, id)),
    );
  cli
    .command("sign-in-link [email]", "Print a one-time sign-in link")
    .action(
      onDatabase(async (email: string | undefined) => (await import("./sign-in-link")).signInLink(email)),
    );
  cli.command("backup <folder>", "Copy the data folder to a new folder").action(
    does(async (folder: string) => {
      await (await import("./installation")).announceInstallation();
      return (await import("./backup")).backup(folder);
    }),
  );
  cli
    .command("reset", "Remove the demo with its simulated votes; your own work stays")
    .option("--yes", "Do not ask for confirmation")
    .action(onDatabase(async (options: object) => (await import("./reset")).reset(options)));
  cli
    .command("sweep", "Remove stored files that are no longer needed")
    .action(onDatabase(async () => (await import("./sweep")).sweep()));
  cli
    .command("storage <verb>", "move: take all images, weights and states of runs to another place")
    .option("--to <place>", "A folder, or a bucket: s3://BUCKET/PREFIX")
    .option("--delete", "Delete the files where they were, once all have been checked")
    .action(
      onDatabase(async (verb: string, options: object) => (await import("./storage")).storage(verb, options)),
    );
  cli
    .command("doctor", "Show what this machine has, what is missing, and how to get it")
    .option("--json", "Print JSON")
    .action(does(async (options: object) => (await import("./doctor")).doctor(options)));
}
