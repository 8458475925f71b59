/** The requests that the captioner's screen makes, with the methods and addresses under which they come. */
import { z } from "zod";
import type { OpenedDesk } from "@/lib/desks/captioner-requests";
import { findCaptionerImage, listOwnCaptions } from "@/lib/desks/captions/own-captions";
import { saveCaption, skipImage } from "@/lib/desks/captions/save-caption";
import { describeDesk } from "@/lib/desks/join/describe-desk";
import { findCaptionerId } from "@/lib/desks/join/find-captioner";
import { captionerImageKind, leaseImages } from "@/lib/desks/share/lease-images";
import { countTokens } from "@/lib/diffusion/model/tokenizer";
import { readRendition } from "@/lib/platform/renditions/find-rendition";
import { clientOf } from "@/lib/platform/server/client-address";
import { answerRaterRequest } from "@/lib/rating/answer/answer-rater-request";
import { captionKey } from "@/lib/text/caption-key";
import type { BodyReader } from "./fetch-exchange";
import { movedCookies } from "./moved-cookies";
import { rates } from "./route-limits";
import { type Names, readJson, type ScreenRequest } from "./screen-request";
import { TokenBuckets } from "./token-buckets";

const byCaptioner = new TokenBuckets(rates.rater);
const byNetwork = new TokenBuckets(rates.unknownRater);

/** A worker makes an image in a fraction of a second; what takes longer is asked for once more. */
const imageWaitMs = 5000;
const leaseAsked = z.object({ takesMore: z.boolean().default(false) });
const textAsked = z.object({ text: z.string().max(4000) });

/** Answers whoever the cookie belongs to, each within their own limit. */
function answering(
  answer: (captionerId: string, request: Request, names: Names, readBody: BodyReader) => Promise<Response>,
): ScreenRequest["answer"] {
  return (request, names, readBody) =>
    answerRaterRequest(
      request,
      names.deskId,
      async (findId) => {
        const captionerId = await findId().catch((thrown) => {
          byNetwork.take(clientOf(request.headers).network);
          throw thrown;
        });
        byCaptioner.take(captionerId);
        return answer(captionerId, request, names, readBody);
      },
      (token) => findCaptionerId(token, names.deskId),
    );
}

export const captionerRequests: readonly ScreenRequest[] = [
  {
    method: "POST",
    pattern: "/api/caption/[deskId]/open",
    keptIn: "CaptionTask",
    answer: answering(async (captionerId, request, { deskId }) => {
      const [desk, firstLease] = await Promise.all([describeDesk(deskId), leaseImages(captionerId)]);
      const opened: OpenedDesk = { ...desk, firstLease };
      return Response.json(opened, { headers: movedCookies(request, deskId) });
    }),
  },
  {
    method: "POST",
    pattern: "/api/caption/[deskId]/lease",
    keptIn: "CaptionTask",
    answer: answering(async (captionerId, _request, _names, readBody) => {
      const { takesMore } = leaseAsked.parse(await readJson(readBody));
      return Response.json({ lease: await leaseImages(captionerId, { takesMore }) });
    }),
  },
  {
    method: "POST",
    pattern: "/api/caption/[deskId]/save",
    keptIn: "DeskCaption",
    answer: answering(async (captionerId, _request, _names, readBody) =>
      Response.json(await saveCaption(captionerId, await readJson(readBody))),
    ),
  },
  {
    method: "POST",
    pattern: "/api/caption/[deskId]/skip",
    keptIn: "CaptionTask",
    answer: answering(async (captionerId, _request, _names, readBody) =>
      Response.json({ lease: await skipImage(captionerId, await readJson(readBody)) }),
    ),
  },
  {
    // What is typed is too long for an address.
    method: "POST",
    pattern: "/api/caption/[deskId]/tokens",
    keptIn: null,
    answer: answering(async (_captionerId, _request, _names, readBody) => {
      const { text } = textAsked.parse(await readJson(readBody));
      return Response.json({ tokens: countTokens(captionKey(text)) });
    }),
  },
  {
    method: "GET",
    pattern: "/api/caption/[deskId]/own",
    keptIn: null,
    answer: answering(async (captionerId) =>
      Response.json(
        { items: await listOwnCaptions(captionerId) },
        { headers: { "Cache-Control": "no-store" } },
      ),
    ),
  },
  {
    method: "GET",
    pattern: "/api/caption/[deskId]/image/[token]",
    keptIn: null,
    answer: answering(async (captionerId, request, { token }) => {
      const sha256 = await findCaptionerImage(captionerId, token);
      const waiting = { waitMs: imageWaitMs, signal: request.signal };
      const { bytes, mediaType } = await readRendition(sha256, captionerImageKind, waiting);
      return new Response(new Uint8Array(bytes), {
        headers: { "Content-Type": mediaType, "Cache-Control": "private, max-age=3600, no-transform" },
      });
    }),
  },
];
