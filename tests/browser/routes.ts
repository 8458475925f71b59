/** Every page and route of the site with who may use it, found from the files so that none is missed. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { screenRequests } from "@/web/screen-requests";

export type Access =
  | "everybody"
  /** Signed in, in any role. */
  | "members"
  | "staff"
  | "administrators"
  /** Whoever has taken up a study's or a desk's invitation; accounts do not count. */
  | "those who were let in";

export type SiteRoute = {
  /** As the folders name it: "/admin/datasets/[datasetId]". */
  pattern: string;
  kind: "page" | "handler" | "file";
  methods: string[];
};

const appFolder = fileURLToPath(new URL("../../app", import.meta.url));
const buildFolder = fileURLToPath(new URL("../../.next", import.meta.url));
const raterPagesFolder = fileURLToPath(new URL("../../pages", import.meta.url));

export function findRoutes(): SiteRoute[] {
  return [
    ...findNextRoutes(),
    ...findRaterPages(),
    ...screenRequests.map(({ pattern, method }) => ({
      pattern,
      kind: "handler" as const,
      methods: [method],
    })),
  ].sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

/** What Next's build of these sources answers at, its error pages left out. */
export function findBuiltPatterns(): string[] {
  const read = (path: string) =>
    JSON.parse(readFileSync(join(buildFolder, path), "utf8")) as Record<string, string>;
  return [
    ...Object.values(read("app-path-routes-manifest.json")),
    ...Object.keys(read("server/pages-manifest.json")),
  ]
    .filter((pattern) => !/^\/(_|404$|500$)/.test(pattern))
    .sort();
}

const files =
  /(^|[/\\])(icon|apple-icon|opengraph-image|twitter-image|favicon|robots|sitemap|manifest)[.]\w+$/;

function findNextRoutes(): SiteRoute[] {
  const paths = readdirSync(appFolder, { recursive: true, encoding: "utf8" });
  const handlers = paths.filter((path) => /(^|[/\\])(page|route)[.][jt]sx?$/.test(path));
  return [
    ...handlers.map((path) => {
      const kind = /page[.][jt]sx?$/.test(path) ? ("page" as const) : ("handler" as const);
      const methods = kind === "page" ? ["GET"] : readMethods(join(appFolder, path));
      return { pattern: toPattern(dirname(path)), kind, methods };
    }),
    ...paths
      .filter((path) => files.test(path))
      .map((path) => ({ pattern: toPattern(path), kind: "file" as const, methods: ["GET"] })),
  ];
}

/** Folders in parentheses group files and are no part of the address. */
function toPattern(path: string): string {
  const segments = relative(".", path).split(sep);
  return `/${segments.filter((segment) => segment !== "" && !segment.startsWith("(")).join("/")}`;
}

function findRaterPages(): SiteRoute[] {
  return readdirSync(raterPagesFolder, { recursive: true, encoding: "utf8" })
    .filter((path) => /^[^_].*[.][jt]sx?$/.test(path))
    .map((path) => ({
      pattern: `/${path.replaceAll(sep, "/").replace(/[.][jt]sx?$/, "")}`,
      kind: "page" as const,
      methods: ["GET"],
    }));
}

function readMethods(path: string): string[] {
  const source = readFileSync(path, "utf8");
  const found = source.matchAll(
    /(?:export (?:const|function|async function)|\bas) (GET|HEAD|POST|PUT|PATCH|DELETE)\b/g,
  );
  return [...found].map((match) => match[1]!);
}

/** Who may use what. A route without an entry fails the test that reads this. */
export const access: Record<string, Access> = {
  "/": "everybody",
  "/account": "members",
  "/admin": "staff",
  "/admin/datasets": "staff",
  "/admin/datasets/[datasetId]": "staff",
  "/admin/datasets/[datasetId]/audit": "staff",
  "/admin/datasets/audits/[auditId]": "staff",
  "/admin/datasets/[datasetId]/images/[imageId]": "staff",
  "/admin/datasets/[datasetId]/statistics": "staff",
  "/admin/datasets/captions": "staff",
  "/admin/datasets/desks": "staff",
  "/admin/datasets/desks/[deskId]": "staff",
  "/admin/datasets/desks/[deskId]/review": "staff",
  "/admin/datasets/desks/new": "staff",
  "/admin/datasets/new": "staff",
  "/admin/evaluations": "staff",
  "/admin/evaluations/[evaluationId]": "staff",
  "/admin/evaluations/[evaluationId]/images/[sampleId]": "staff",
  "/admin/evaluations/networks": "staff",
  "/admin/evaluations/new": "staff",
  "/admin/evaluations/table": "staff",
  "/admin/fine-tunes": "staff",
  "/admin/fine-tunes/[fineTuneId]": "staff",
  "/admin/fine-tunes/augmentations": "staff",
  "/admin/fine-tunes/compare": "staff",
  "/admin/fine-tunes/new": "staff",
  "/admin/jobs": "staff",
  "/admin/models": "staff",
  "/admin/models/[checkpointId]": "staff",
  "/admin/models/[checkpointId]/evaluation": "staff",
  "/admin/models/adapters": "staff",
  "/admin/models/adapters/[adapterId]": "staff",
  "/admin/models/new": "staff",
  "/admin/samples": "staff",
  "/admin/samples/[sampleSetId]": "staff",
  "/admin/samples/complete": "staff",
  "/admin/samples/guidance": "staff",
  "/admin/samples/guidance/[comparisonId]": "staff",
  "/admin/samples/guidance/new": "staff",
  "/admin/samples/import": "staff",
  "/admin/samples/masks": "staff",
  "/admin/samples/masks/[maskSetId]": "staff",
  "/admin/samples/masks/new": "staff",
  "/admin/samples/new": "staff",
  "/admin/samples/try": "staff",
  "/admin/settings": "administrators",
  "/admin/settings/audit": "administrators",
  "/admin/studies": "staff",
  "/admin/studies/[studyId]": "staff",
  "/admin/studies/[studyId]/leaderboard": "staff",
  "/admin/studies/drafts/[draftId]": "staff",
  "/admin/studies/drafts/[draftId]/checks": "staff",
  "/admin/studies/import": "staff",
  "/admin/studies/new": "staff",
  "/admin/studies/plan": "staff",
  "/admin/users": "administrators",
  "/api/audit.csv": "administrators",
  "/api/auth/[...nextauth]": "everybody",
  "/api/blobs/[sha256]": "staff",
  "/api/datasets/[datasetId]/export": "staff",
  "/api/datasets/[datasetId]/audit.json": "staff",
  "/api/datasets/[datasetId]/audit.md": "staff",
  "/api/caption/[deskId]/image/[token]": "those who were let in",
  "/api/caption/[deskId]/lease": "those who were let in",
  "/api/caption/[deskId]/open": "those who were let in",
  "/api/caption/[deskId]/own": "those who were let in",
  "/api/caption/[deskId]/save": "those who were let in",
  "/api/caption/[deskId]/skip": "those who were let in",
  "/api/caption/[deskId]/tokens": "those who were let in",
  "/api/desks/[deskId]/captions.csv": "staff",
  "/api/evaluations/table.csv": "staff",
  "/api/evaluations/table.tex": "staff",
  "/api/fine-tunes/[fineTuneId]/curves": "staff",
  "/api/fine-tunes/[fineTuneId]/curves.csv": "staff",
  "/api/fine-tunes/[fineTuneId]/log.txt": "staff",
  "/api/fine-tunes/[fineTuneId]/progress": "staff",
  "/api/fine-tunes/[fineTuneId]/settings.json": "staff",
  "/api/fine-tunes/[fineTuneId]/settings.yaml": "staff",
  "/api/fine-tunes/[fineTuneId]/tensorboard": "staff",
  "/api/adapters/[adapterId]/peft.zip": "staff",
  "/api/models/[checkpointId]/card.md": "staff",
  "/api/models/[checkpointId]/exports/[sha256]": "staff",
  "/api/rate/[studyId]/answer": "those who were let in",
  "/api/rate/[studyId]/code": "those who were let in",
  "/api/rate/[studyId]/lease": "those who were let in",
  "/api/rate/[studyId]/image/[token]": "those who were let in",
  "/api/rate/[studyId]/open": "those who were let in",
  "/api/rate/[studyId]/report": "those who were let in",
  "/api/samples/figure": "staff",
  "/api/samples/guidance/[comparisonId]/scores.csv": "staff",
  "/api/samples/[sampleSetId]/export": "staff",
  "/api/samples/[sampleSetId]/settings.yaml": "staff",
  "/api/studies/plan": "staff",
  "/api/studies/[studyId]/differences.csv": "staff",
  "/api/studies/[studyId]/differences.json": "staff",
  "/api/studies/[studyId]/leaderboard.csv": "staff",
  "/api/studies/[studyId]/leaderboard.json": "staff",
  "/api/studies/[studyId]/leaderboard.parquet": "staff",
  "/api/studies/[studyId]/registration.tsq": "staff",
  "/api/studies/[studyId]/registration.tsr": "staff",
  "/api/studies/[studyId]/registration.txt": "staff",
  "/api/studies/[studyId]/preview/[token]": "staff",
  "/api/studies/[studyId]/release.zip": "staff",
  "/api/studies/[studyId]/sensitivity.json": "staff",
  "/api/studies/[studyId]/correlations.json": "staff",
  "/api/studies/[studyId]/votes.csv": "staff",
  "/api/uploads": "staff",
  "/caption/[deskId]": "everybody",
  "/desk/[link]": "everybody",
  "/desk/[link]/begin": "everybody",
  "/icon.svg": "everybody",
  "/join/[token]": "everybody",
  "/join/[token]/begin": "everybody",
  "/preview/[studyId]": "staff",
  "/rate/[studyId]": "everybody",
  "/sign-in": "everybody",
  "/sign-in/[token]": "everybody",
};

/** The address of a pattern, with `ids` in place of what stands in brackets. */
export function toAddress(pattern: string, ids: Record<string, string>): string {
  return pattern.replace(/\[(?:\.\.\.)?(\w+)\]/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`no example of [${name}] for ${pattern}`);
    return id;
  });
}
