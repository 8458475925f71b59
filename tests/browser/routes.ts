/** Every page and route of the site, read off the files, with who may use it; nothing can be forgotten. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { raterRequests } from "@/web/rater-requests";

export type Access =
  | "everybody"
  /** Signed in, in any role. */
  | "members"
  | "staff"
  | "administrators"
  /** Whoever has taken up a study's invitation; accounts do not count. */
  | "raters of the study";

export type SiteRoute = {
  /** As the folders name it: "/admin/datasets/[datasetId]". */
  pattern: string;
  kind: "page" | "handler";
  methods: string[];
};

const appFolder = fileURLToPath(new URL("../../app", import.meta.url));
const raterPagesFolder = fileURLToPath(new URL("../../pages", import.meta.url));

export function findRoutes(): SiteRoute[] {
  return [
    ...findNextRoutes(),
    ...findRaterPages(),
    ...raterRequests.map(({ pattern, method }) => ({ pattern, kind: "handler" as const, methods: [method] })),
  ].sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

function findNextRoutes(): SiteRoute[] {
  return readdirSync(appFolder, { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|[/\\])(page\.tsx|route\.tsx?)$/.test(path))
    .map((path) => {
      const kind = path.endsWith("page.tsx") ? ("page" as const) : ("handler" as const);
      const segments = relative(".", dirname(path)).split(sep);
      // Folders in parentheses group files and are no part of the address.
      const pattern = `/${segments.filter((segment) => segment !== "" && !segment.startsWith("(")).join("/")}`;
      return { pattern, kind, methods: kind === "page" ? ["GET"] : readMethods(join(appFolder, path)) };
    });
}

function findRaterPages(): SiteRoute[] {
  return readdirSync(raterPagesFolder, { recursive: true, encoding: "utf8" })
    .filter((path) => /^[^_].*[.]tsx$/.test(path))
    .map((path) => ({
      pattern: `/${path.replaceAll(sep, "/").replace(/[.]tsx$/, "")}`,
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
  "/admin/datasets/new": "staff",
  "/admin/evaluations": "staff",
  "/admin/evaluations/[evaluationId]": "staff",
  "/admin/evaluations/[evaluationId]/images/[sampleId]": "staff",
  "/admin/evaluations/networks": "staff",
  "/admin/evaluations/new": "staff",
  "/admin/evaluations/table": "staff",
  "/admin/fine-tunes": "staff",
  "/admin/fine-tunes/[fineTuneId]": "staff",
  "/admin/fine-tunes/new": "staff",
  "/admin/jobs": "staff",
  "/admin/models": "staff",
  "/admin/models/[checkpointId]": "staff",
  "/admin/models/[checkpointId]/evaluation": "staff",
  "/admin/models/new": "staff",
  "/admin/samples": "staff",
  "/admin/samples/[sampleSetId]": "staff",
  "/admin/samples/new": "staff",
  "/admin/samples/try": "staff",
  "/admin/settings": "administrators",
  "/admin/settings/audit": "administrators",
  "/admin/studies": "staff",
  "/admin/studies/[studyId]": "staff",
  "/admin/studies/[studyId]/leaderboard": "staff",
  "/admin/studies/drafts/[draftId]": "staff",
  "/admin/studies/drafts/[draftId]/checks": "staff",
  "/admin/studies/new": "staff",
  "/admin/studies/plan": "staff",
  "/admin/users": "administrators",
  "/api/auth/[...nextauth]": "everybody",
  "/api/blobs/[sha256]": "staff",
  "/api/evaluations/table.csv": "staff",
  "/api/evaluations/table.tex": "staff",
  "/api/fine-tunes/[fineTuneId]/progress": "staff",
  "/api/rate/[studyId]/answer": "raters of the study",
  "/api/rate/[studyId]/lease": "raters of the study",
  "/api/rate/[studyId]/image/[token]": "raters of the study",
  "/api/rate/[studyId]/report": "raters of the study",
  "/api/samples/figure": "staff",
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
  "/api/studies/[studyId]/votes.csv": "staff",
  "/api/uploads": "staff",
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
