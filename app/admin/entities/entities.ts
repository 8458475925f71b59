/** The kinds of things that the dashboard lists, and the pages that show them: what is revalidated when one changes. */

type Entity = {
  /** In the middle of a sentence. */
  noun: string;
  /** The page that lists them; each has its own below. */
  path: string;
  /** Other pages that name them or offer them, as routes. The dashboard and the list of jobs belong to all. */
  shownOn: readonly string[];
};

export const entities = {
  dataset: {
    noun: "dataset",
    path: "/admin/datasets",
    shownOn: [
      "/admin/datasets/[datasetId]",
      "/admin/datasets/[datasetId]/audit",
      "/admin/datasets/desks/new",
      "/admin/datasets/[datasetId]/images/[imageId]",
      "/admin/datasets/[datasetId]/statistics",
      "/admin/fine-tunes/new",
      "/admin/samples/new",
      "/admin/evaluations/new",
      "/admin/studies/new",
      "/admin/studies/drafts/[draftId]",
    ],
  },
  desk: {
    noun: "desk",
    path: "/admin/datasets/desks",
    shownOn: [
      "/admin/datasets/desks/[deskId]",
      "/admin/datasets/desks/[deskId]/review",
      "/admin/datasets/[datasetId]",
    ],
  },
  model: {
    noun: "model",
    path: "/admin/models",
    shownOn: [
      "/admin/models/[checkpointId]",
      "/admin/models/adapters/[adapterId]",
      "/admin/fine-tunes/new",
      "/admin/samples/new",
      "/admin/samples/try",
      "/admin/samples/complete",
    ],
  },
  adapter: {
    noun: "adapter",
    path: "/admin/models/adapters",
    shownOn: ["/admin/models/adapters/[adapterId]", "/admin/samples/new"],
  },
  "fine-tune": {
    noun: "run",
    path: "/admin/fine-tunes",
    shownOn: [
      "/admin/fine-tunes/[fineTuneId]",
      "/admin/fine-tunes/compare",
      "/admin/models",
      "/admin/models/[checkpointId]",
    ],
  },
  "sample-set": {
    noun: "sample set",
    path: "/admin/samples",
    shownOn: [
      "/admin/samples/[sampleSetId]",
      "/admin/samples/guidance",
      "/admin/samples/masks",
      "/admin/samples/guidance/[comparisonId]",
      "/admin/samples/try",
      "/admin/models/[checkpointId]",
      "/admin/evaluations/new",
      "/admin/evaluations/table",
      "/admin/studies/new",
      "/admin/studies/drafts/[draftId]",
    ],
  },
  "guidance-comparison": {
    noun: "comparison",
    path: "/admin/samples/guidance",
    shownOn: ["/admin/samples/guidance/[comparisonId]"],
  },
  "mask-set": {
    noun: "set of masks",
    path: "/admin/samples/masks",
    shownOn: ["/admin/samples/masks/[maskSetId]", "/admin/samples/new"],
  },
  evaluation: {
    noun: "evaluation",
    path: "/admin/evaluations",
    shownOn: [
      "/admin/evaluations/[evaluationId]",
      "/admin/evaluations/table",
      "/admin/samples/[sampleSetId]",
      "/admin/models/[checkpointId]/evaluation",
      "/admin/fine-tunes/[fineTuneId]",
      "/admin/studies/[studyId]/leaderboard",
    ],
  },
  network: {
    noun: "network",
    path: "/admin/evaluations/networks",
    shownOn: ["/admin/evaluations/new", "/admin/evaluations/table", "/admin/fine-tunes/new"],
  },
  study: {
    noun: "study",
    path: "/admin/studies",
    shownOn: [
      "/admin/studies/[studyId]",
      "/admin/studies/[studyId]/leaderboard",
      "/admin/studies/drafts/[draftId]",
      "/admin/studies/drafts/[draftId]/checks",
    ],
  },
  job: { noun: "job", path: "/admin/jobs", shownOn: [] },
  account: { noun: "account", path: "/admin/users", shownOn: [] },
} as const satisfies Record<string, Entity>;

export type EntityKind = keyof typeof entities;

/** Routes of all pages that a change of these kinds shows on. */
export function pagesOf(...kinds: EntityKind[]): string[] {
  return [
    ...new Set(
      kinds.flatMap((kind) => [
        entities[kind].path,
        ...entities[kind].shownOn,
        ...(kind === "account" ? [] : ["/admin", "/admin/jobs"]),
      ]),
    ),
  ];
}

/** The kind of thing that is at an address, such as the one that a job works on. */
export function kindAt(address: string): EntityKind | undefined {
  const kinds = (Object.keys(entities) as EntityKind[]).filter(
    (kind) => address === entities[kind].path || /^[/?#]/.test(rest(address, entities[kind].path) ?? ""),
  );
  // The longest path is the closest: networks are below evaluations.
  return kinds.sort((a, b) => entities[b].path.length - entities[a].path.length)[0];
}

function rest(address: string, path: string): string | undefined {
  return address.startsWith(path) ? address.slice(path.length) : undefined;
}
