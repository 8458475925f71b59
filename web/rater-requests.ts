/** The four requests that the rater's screen makes, with the methods and addresses under which they come. */
import { SemblanceError } from "@/lib/errors";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { answerFromDevice } from "@/lib/rating/answer/answer-and-lease";
import { answerRaterRequest } from "@/lib/rating/answer/answer-rater-request";
import { reportItem } from "@/lib/rating/answer/report-item";
import { findAssignedPicture } from "@/lib/rating/lease/find-assigned-picture";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";

type Names = { readonly studyId: string; readonly token: string };

export type RaterRequest = {
  readonly method: "GET" | "POST";
  /** With the names of its variable parts in brackets. */
  readonly pattern: string;
  readonly answer: (request: Request, names: Names) => Promise<Response>;
};

export const raterRequests: readonly RaterRequest[] = [
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/lease",
    answer: (request, { studyId }) =>
      answerRaterRequest(request, studyId, async (raterId) =>
        Response.json({ lease: await leaseAssignments(await raterId()) }),
      ),
  },
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/answer",
    answer: (request, { studyId }) =>
      answerRaterRequest(request, studyId, async (raterId) => {
        const body: unknown = await request.json().catch(async () => {
          await raterId();
          throw new SemblanceError("invalid_input", "The answer is not JSON.");
        });
        return Response.json(await answerFromDevice(studyId, raterId, body));
      }),
  },
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/report",
    answer: (request, { studyId }) =>
      answerRaterRequest(request, studyId, async (raterId) => {
        const rater = await raterId();
        const body: unknown = await request.json().catch(() => null);
        return Response.json({ lease: await reportItem(rater, body) });
      }),
  },
  {
    method: "GET",
    pattern: "/api/rate/[studyId]/picture/[token]",
    answer: (request, { studyId, token }) =>
      answerRaterRequest(request, studyId, async (raterId) => {
        const { sha256 } = await findAssignedPicture(await raterId(), token);
        const png = await readBlob(sha256);
        // No validator and no file name: either would say which of a rater's views show the same image.
        return new Response(new Uint8Array(png), {
          headers: { "Content-Type": "image/png", "Cache-Control": "private, max-age=3600, no-transform" },
        });
      }),
  },
];

const matchers = raterRequests.map((raterRequest) => ({
  raterRequest,
  address: new RegExp(`^${raterRequest.pattern.replaceAll(/\[(\w+)\]/g, "(?<$1>[^/]+)")}$`),
}));

export type FoundRaterRequest = { readonly raterRequest: RaterRequest; readonly names: Names };

/** What is asked for at a path without its query, whatever the method; null where it is no rater's request. */
export function findRaterRequest(path: string): FoundRaterRequest | null {
  if (!path.startsWith("/api/rate/")) return null;
  for (const { raterRequest, address } of matchers) {
    const groups = address.exec(path)?.groups;
    if (groups) return { raterRequest, names: { studyId: "", token: "", ...groups } };
  }
  return null;
}
