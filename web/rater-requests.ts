/** The requests that the rater's screen makes, with the methods and addresses under which they come. */
import { getGuide } from "@/lib/dashboard/guide";
import { SemblanceError } from "@/lib/errors";
import { memberOfCookie } from "@/lib/platform/accounts/member-of-cookie";
import { clientOf } from "@/lib/platform/server/client-address";
import { makeDeviceCode } from "@/lib/rating/admission/device-code";
import { answerFromDevice } from "@/lib/rating/answer/answer-and-lease";
import { answerRaterRequest } from "@/lib/rating/answer/answer-rater-request";
import { reportItem } from "@/lib/rating/answer/report-item";
import { readBlindImage } from "@/lib/rating/item/faulty-images";
import type { OpenedStudy } from "@/lib/rating/item/opened-study";
import { findStudyOfRater } from "@/lib/rating/join/find-rater";
import { findAssignedImage } from "@/lib/rating/lease/find-assigned-image";
import { leaseAssignments } from "@/lib/rating/lease/lease-assignments";
import { movedCookies } from "./moved-cookies";
import { rates } from "./route-limits";
import { readJson, type ScreenRequest } from "./screen-request";
import { TokenBuckets } from "./token-buckets";

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

/** For members on their first visit: where the guide goes on from their rating. */
async function guideLeadsTo(request: Request, studyId: string): Promise<string | null> {
  const member = await memberOfCookie(request.headers.get("cookie"), clientOf(request.headers).secure);
  const guide = member && (await getGuide(member));
  const leaderboard = `/admin/studies/${studyId}/leaderboard`;
  return guide?.steps.some(({ href }) => href === leaderboard) ? leaderboard : null;
}

export const raterRequests: readonly ScreenRequest[] = [
  {
    method: "POST",
    pattern: "/api/rate/[studyId]/open",
    keptIn: "Assignment",
    answer: (request, { studyId }) =>
      answerRaterRequest(request, studyId, async (findRaterId) => {
        const raterId = await count(request, findRaterId);
        const [study, firstLease, leadsTo] = await Promise.all([
          findStudyOfRater(raterId),
          leaseAssignments(raterId),
          guideLeadsTo(request, studyId),
        ]);
        const opened: OpenedStudy = { ...study, firstLease, guideLeadsTo: leadsTo };
        return Response.json(opened, { headers: movedCookies(request, studyId) });
      }),
  },
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
