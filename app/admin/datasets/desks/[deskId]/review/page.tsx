/** The captions of a desk, image by image, to be accepted, corrected or rejected. */
import type { Metadata } from "next";
import { ActionButton } from "@/components/action-button";
import { Badge } from "@/components/badge";
import { EmptyState } from "@/components/empty-state";
import { Image } from "@/components/image";
import { parameter, readPage, type SearchParams } from "@/components/list-query";
import { formatCount, plural } from "@/components/numbers";
import { PageHeader } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { TabLinks } from "@/components/tab-links";
import { getDesk } from "@/lib/desks/get-desk";
import {
  listReview,
  type ReviewedCaption,
  type ReviewedImage,
  type ReviewFilter,
  reviewFilters,
} from "@/lib/desks/review/list-captions";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { orNotFound } from "../../../../or-not-found";
import { acceptAllAction, reviewAction } from "../../actions";
import { AdoptButton } from "../adopt-button";
import { CorrectionDialog } from "./correction-dialog";

export const metadata: Metadata = { title: "Review captions" };

const pageSize = 20;

const filterWords: Record<ReviewFilter, string> = {
  pending: "Waiting",
  accepted: "Accepted",
  rejected: "Rejected",
  all: "All",
};

export default async function ReviewPage({
  params,
  searchParams,
}: {
  params: Promise<{ deskId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { deskId } = await params;
  const desk = await getDesk(deskId).catch(orNotFound);
  const query = await searchParams;
  const page = readPage(query);
  const filter = reviewFilters.find((each) => each === parameter(query, "show")) ?? "pending";
  const { images, total } = await listReview(deskId, { page, pageSize, filter });
  const path = `/admin/datasets/desks/${deskId}/review`;
  const { pending, accepted, rejected, adopted } = desk.review;
  const counts = { pending, accepted, rejected, all: pending + accepted + rejected };
  const waitingHere = images.flatMap(({ captions }) =>
    captions.filter(({ review }) => review === "PENDING").map(({ id }) => id),
  );
  return (
    <>
      <PageHeader
        back={{ href: `/admin/datasets/desks/${deskId}`, label: desk.name }}
        title="Review captions"
        text="Accepted captions can be put into the dataset. Rejected ones stay here."
        action={accepted > adopted ? <AdoptButton desk={desk} variant="primary" /> : null}
      />
      <TabLinks
        label="Captions"
        current={filter}
        tabs={reviewFilters.map((each) => ({
          key: each,
          label: filterWords[each],
          href: each === "pending" ? path : `${path}?show=${each}`,
          count: counts[each],
        }))}
      />
      {waitingHere.length > 0 ? (
        <div className="mb-6 flex flex-wrap gap-2.5">
          <ActionButton
            label={`Accept the ${plural(waitingHere.length, "caption", "captions")} on this page`}
            act={reviewAction.bind(null, { deskId, captionIds: waitingHere, verdict: "ACCEPTED" })}
            done="Accepted"
          />
          {pending > waitingHere.length ? (
            <ActionButton
              label={`Accept all ${formatCount(pending)} waiting`}
              act={acceptAllAction.bind(null, { deskId })}
              done="Accepted"
              confirm={{
                title:
                  pending === 1
                    ? "Accept the pending caption?"
                    : `Accept all ${formatCount(pending)} pending captions?`,
                text: "Those on other pages too, which you have not seen.",
                label: "Accept all",
                variant: "primary",
              }}
            />
          ) : null}
        </div>
      ) : null}
      {images.length === 0 ? (
        <EmptyState title="No captions here" text="Choose another tab, or wait for the people at the desk." />
      ) : (
        <>
          <ul className="grid gap-6">
            {images.map((image) => (
              <ImageUnderReview
                key={image.id}
                deskId={deskId}
                image={image}
                language={desk.captionLanguage}
              />
            ))}
          </ul>
          <Pagination
            page={page}
            pageSize={pageSize}
            total={total}
            path={path}
            query={filter === "pending" ? {} : { show: filter }}
            noun={["image", "images"]}
          />
        </>
      )}
    </>
  );
}

function ImageUnderReview({
  deskId,
  image,
  language,
}: {
  deskId: string;
  image: ReviewedImage;
  language: string;
}) {
  return (
    <li className="grid gap-4 border-t pt-5 sm:grid-cols-[11rem_minmax(0,1fr)]">
      <div>
        <Image sha256={image.sha256} alt={image.stem} fit="contain" className="max-w-44" />
        <p className="mt-1 font-mono text-faint text-xs [overflow-wrap:anywhere]">{image.stem}</p>
      </div>
      <div className="grid content-start gap-4">
        {image.draft ? (
          <p className="text-muted text-sm">
            Draft: <span lang={language}>{image.draft}</span>
          </p>
        ) : null}
        <ul className="grid gap-4">
          {image.captions.map((caption) => (
            <CaptionUnderReview key={caption.id} deskId={deskId} caption={caption} language={language} />
          ))}
        </ul>
      </div>
    </li>
  );
}

const originWords: Record<ReviewedCaption["origin"], string> = {
  WRITTEN: "written",
  DRAFT_ACCEPTED: "draft as it was",
  DRAFT_CHANGED: "draft, changed",
};

function CaptionUnderReview({
  deskId,
  caption,
  language,
}: {
  deskId: string;
  caption: ReviewedCaption;
  language: string;
}) {
  const { id, review, isAdopted } = caption;
  const decide = (verdict: "ACCEPTED" | "REJECTED" | "PENDING") =>
    reviewAction.bind(null, { deskId, captionIds: [id], verdict });
  return (
    <li className="grid gap-1.5">
      <p lang={language} className="caption-text [overflow-wrap:anywhere]">
        {caption.reviewedText ?? caption.text}
      </p>
      {caption.reviewedText ? (
        <p className="text-muted text-sm">
          Written as: <span lang={language}>{caption.text}</span>
        </p>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-[0.8125rem] text-muted">
        <span>
          {caption.captioner}, {originWords[caption.origin]}, {plural(caption.tokenCount, "token", "tokens")}
        </span>
        {isAdopted ? (
          <Badge tone="good">In the dataset</Badge>
        ) : review === "ACCEPTED" ? (
          <Badge tone="good">Accepted</Badge>
        ) : review === "REJECTED" ? (
          <Badge tone="danger">Rejected</Badge>
        ) : null}
      </div>
      {isAdopted ? null : (
        <div className="flex flex-wrap gap-2">
          {review === "PENDING" ? (
            <>
              <ActionButton label="Accept" size="sm" act={decide("ACCEPTED")} />
              <ActionButton label="Reject" size="sm" act={decide("REJECTED")} />
            </>
          ) : (
            <ActionButton label="Undo" size="sm" act={decide("PENDING")} />
          )}
          <CorrectionDialog captionId={id} text={caption.reviewedText ?? caption.text} language={language} />
        </div>
      )}
    </li>
  );
}
