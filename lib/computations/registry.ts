/**
 * What the web server has computed in other processes. Each is a file of this folder with the same name that exports
 * `compute`. Callers do not load that file, only its type.
 */
import type { ShownImage, VersionsInput } from "@/lib/fine-tunes/preparation-fields";
import type { Compute, ComputedFile } from "@/lib/platform/computing/computation";
import type { FigureRequest } from "@/lib/samples/figure-request";

export type Computation<Input, Result> = {
  /** How long it may take, seconds. */
  readonly limitSeconds: number;
  /** Whether it usually takes more than a few seconds at the size of a large study. */
  readonly isLong: boolean;
  readonly compute?: Compute<Input, Result>;
};

type InputOf<Module> = Module extends { compute: Compute<infer Input, unknown> } ? Input : never;
type ResultOf<Module> = Module extends { compute: (...given: never) => Promise<infer Result> }
  ? Result
  : never;

function computation<Module extends { compute: Compute<never, unknown> }>(
  limits: Pick<Computation<unknown, unknown>, "limitSeconds" | "isLong">,
): Computation<InputOf<Module>, ResultOf<Module>> {
  return limits;
}

export const computations = {
  "get-ready": computation<typeof import("./get-ready")>({ limitSeconds: 60, isLong: false }),
  "judge-password": computation<typeof import("./judge-password")>({ limitSeconds: 30, isLong: false }),
  // By its types alone: `typeof import` would count as an import of the image decoder behind it.
  figure: { limitSeconds: 120, isLong: false } as Computation<FigureRequest, ComputedFile>,
  // The ratings find a free process however many leaderboards are being computed.
  ratings: computation<typeof import("./ratings")>({ limitSeconds: 180, isLong: false }),
  leaderboard: computation<typeof import("./leaderboard")>({ limitSeconds: 300, isLong: true }),
  "create-caption-list": computation<typeof import("./create-caption-list")>({
    limitSeconds: 120,
    isLong: false,
  }),
  "revise-dataset": computation<typeof import("./revise-dataset")>({ limitSeconds: 120, isLong: false }),
  "restore-revision": computation<typeof import("./restore-revision")>({ limitSeconds: 120, isLong: false }),
  "split-dataset": computation<typeof import("./split-dataset")>({ limitSeconds: 120, isLong: false }),
  "dataset-statistics": computation<typeof import("./dataset-statistics")>({
    limitSeconds: 180,
    isLong: false,
  }),
  "preview-sample-import": computation<typeof import("./preview-sample-import")>({
    limitSeconds: 180,
    isLong: false,
  }),
  "export-images": computation<typeof import("./export-images")>({ limitSeconds: 1800, isLong: true }),
  "export-adapter": computation<typeof import("./export-adapter")>({ limitSeconds: 300, isLong: false }),
  "adopt-captions": computation<typeof import("./adopt-captions")>({ limitSeconds: 300, isLong: true }),
  "desk-agreement": computation<typeof import("./desk-agreement")>({ limitSeconds: 120, isLong: false }),
  "check-audit-chain": computation<typeof import("./check-audit-chain")>({
    limitSeconds: 600,
    isLong: false,
  }),
  release: computation<typeof import("./release")>({ limitSeconds: 900, isLong: true }),
  "stop-decisions": computation<typeof import("./stop-decisions")>({ limitSeconds: 180, isLong: false }),
  "votes-file": computation<typeof import("./votes-file")>({ limitSeconds: 900, isLong: true }),
  "preview-import": computation<typeof import("./preview-import")>({ limitSeconds: 900, isLong: true }),
  "preview-ratings": computation<typeof import("./preview-ratings")>({ limitSeconds: 120, isLong: false }),
  "import-ratings": computation<typeof import("./import-ratings")>({ limitSeconds: 900, isLong: true }),
  "attach-metrics": computation<typeof import("./attach-metrics")>({ limitSeconds: 120, isLong: false }),
  "caption-tokens": computation<typeof import("./caption-tokens")>({ limitSeconds: 30, isLong: false }),
  "read-fine-tune-file": computation<typeof import("./read-fine-tune-file")>({
    limitSeconds: 30,
    isLong: false,
  }),
  "read-samples-file": computation<typeof import("./read-samples-file")>({
    limitSeconds: 30,
    isLong: false,
  }),
  "run-events": computation<typeof import("./run-events")>({ limitSeconds: 1800, isLong: true }),
  "prepare-training": computation<typeof import("./prepare-training")>({ limitSeconds: 120, isLong: false }),
  // By its types alone, as `figure`.
  "augmented-versions": { limitSeconds: 120, isLong: false } as Computation<
    VersionsInput,
    readonly ShownImage[]
  >,
  "plan-study": computation<typeof import("./plan-study")>({ limitSeconds: 180, isLong: true }),
};

export type ComputationName = keyof typeof computations;
