/** The requests that the rater's screen makes, with the methods and addresses under which they come. */
import { SemblanceError } from "@/lib/errors";
import { clientOf } from "@/lib/platform/server/client-address";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { answerFromDevice } from "@/lib/rating/answer/answer-and-lease";
import { answerRaterRequest } from "@/lib/rating/answer/answer-rater-request";
import { reportItem } from "@/lib/rating/answer/report-item";
import { readBlindImage } from "@/lib/rating/item/faulty-images";
import { findAssignedImage } from "@/lib/rating/lease/find-assigned-image";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import type { BodyReader } from "./fetch-exchange";
import { rates } from "./route-limits";
import { TokenBuckets } from "./token-buckets";

type Names = { readonly studyId: string; readonly token: string };

export type RaterRequest = {
  readonly method: "GET" | "POST";
  /** With the names of its variable parts in brackets. */
  readonly pattern: string;
  /**
   * The table whose rows are the trace of it: they name rater and time and stay. An entry in the audit log for every
   * answer would have all raters wait for each other. Null where nothing changes.
   */
  readonly keptIn: "Assignment" | "Rating" | "ItemReport" | "Rater" | null;
  readonly answer: (request: Request, names: Names, readBody: BodyReader) => Promise<Response>;
};

const byRater = new TokenBuckets(rates.rater);
const byNetwork = new TokenBuckets(rates.unknownRater);

/** As `findRaterId`, asked once, counting the request for the rater, or where there is none for the sender's network. */
async function count(request: Request, findRaterId: () => Promise<string>): Promise<string> {
  const raterId = await findRaterId().catch((thrown) => {
    if (isUnknown(thrown)) byNetwork.take(clientOf(request.headers).network);
    throw thrown;
  });
  byRater.take(raterId);
  return raterId;
}

function isUnknown(thrown: unknown): boolean {
  return thrown instanceof SemblanceError && thrown.code === "not_signed_in";
}

async function readJson(readBody: BodyReader): Promise<unknown> {
  const body = await readBody();
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new SemblanceError("invalid_input", "The request’s body is not JSON.", { cause });
  }
}

export const raterRequests: readonly RaterRequest[] = [
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/lease",
    keptIn: "Assignment",
    answer: (request, { studyId }) =>
      answerRaterRequest(request, studyId, async (raterId) =>
        Response.json({ lease: await leaseAssignments(await count(request, raterId)) }),
      ),
  },
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/answer",
    keptIn: "Rating",
    answer: (request, { studyId }, readBody) =>
      answerRaterRequest(request, studyId, async (findRaterId) => {
        const raterId = count(request, findRaterId);
        // An answer may come from a device that belongs to nobody any more.
        await raterId.catch((thrown) => {
          if (!isUnknown(thrown)) throw thrown;
        });
        const body = await readJson(readBody).catch(async (thrown) => {
          await raterId;
          throw thrown;
        });
        return Response.json(await answerFromDevice(studyId, () => raterId, body));
      }),
  },
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/report",
    keptIn: "ItemReport",
    answer: (request, { studyId }, readBody) =>
      answerRaterRequest(request, studyId, async (findRaterId) => {
        const raterId = await count(request, findRaterId);
        return Response.json({ lease: await reportItem(raterId, await readJson(readBody)) });
      }),
  },
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/code",
    keptIn: "Rater",
    answer: (request, { studyId }) =>
      answerRaterRequest(request, studyId, async (raterId) =>
        Response.json({ code: await makeDeviceCode(await count(request, raterId)) }),
      ),
  },
  {
    method: "GET",
    pattern: "/api/rate/[studyId]/image/[token]",
    keptIn: null,
    answer: (request, { studyId, token }) =>
      answerRaterRequest(request, studyId, async (raterId) => {
        const { sha256 } = await findAssignedImage(await count(request, raterId), token);
        const png = await readBlindImage(sha256);
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
