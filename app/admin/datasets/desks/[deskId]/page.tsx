/** One captioning desk: its links, its people, how far they are, how much they agree, and what comes of it. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { headers } from "next/headers";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { StateBadge } from "@/components/badge";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import { CommandLine } from "@/components/command-line";
import { DescriptionList } from "@/components/description-list";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { QrCode } from "@/components/qr-code";
import { Skeleton, TableSkeleton } from "@/components/skeleton";
import { languageToText } from "@/lib/datasets/language-tag";
import { getDesk, listSkipped } from "@/lib/desks/get-desk";
import { env } from "@/lib/env";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { originOf } from "@/lib/platform/server/client-address";
import { CancelButton, DeleteButton } from "../../../entities/entity-buttons";
import { orNotFound } from "../../../or-not-found";
import { closeDeskAction } from "../actions";
import { AdoptButton } from "./adopt-button";
import { DeskAgreementNote } from "./desk-agreement-note";
import { DraftDialog } from "./draft-dialog";
import { LinksDialog } from "./links-dialog";
import { PeopleTable } from "./people-table";

export const metadata: Metadata = { title: "Captioning desk" };

export default async function DeskPage({ params }: { params: Promise<{ deskId: string }> }) {
  const member = await requireRole(...staff);
  const { deskId } = await params;
  const desk = await getDesk(deskId).catch(orNotFound);
  const { places, review, drafts, job } = desk;
  const isOpen = desk.state === "OPEN";
  const isDrafting = job?.state === "QUEUED" || job?.state === "RUNNING";
  const origin = originOf(await headers());
  return (
    <>
      <LiveRefresh active={isOpen || isDrafting} everyMs={isDrafting ? 1500 : 10_000} />
      <PageHeader
        back={{ href: "/admin/datasets/desks", label: "Captioning desks" }}
        title={desk.name}
        badge={<StateBadge state={desk.state} />}
        text={
          <p>
            {plural(places.images, "image", "images")} of{" "}
            <Link href={`/admin/datasets/${desk.datasetId}`} className="underline">
              {desk.dataset.name}
            </Link>
            , captions in {languageToText(desk.captionLanguage)}
          </p>
        }
        action={
          <ButtonLink href={`/admin/datasets/desks/${deskId}/review`} variant="primary">
            Review captions
          </ButtonLink>
        }
        others={
          <>
            <ButtonAnchor
              href={`/api/desks/${deskId}/captions.csv`}
              download
              icon={<Download className="size-4" aria-hidden="true" />}
            >
              Captions as CSV
            </ButtonAnchor>
            {isOpen ? (
              <ActionButton
                label="Close"
                act={closeDeskAction.bind(null, { deskId })}
                done="The desk is closed"
                confirm={{
                  title: `Close ${desk.name}?`,
                  text: "Nobody can write or change captions any more. You can still review them.",
                  label: "Close the desk",
                }}
              />
            ) : (
              <DeleteButton
                of={{ kind: "desk", id: deskId }}
                name={desk.name}
                text="Its people and their captions are removed. Captions that you have put into the dataset stay there."
              />
            )}
          </>
        }
      />
      <Panel className="mb-8">
        <ProgressBar
          value={places.wanted === 0 ? 0 : places.given / places.wanted}
          label="Images described"
          text={`${formatCount(places.given)} of ${formatCount(places.wanted)} asked for`}
        />
        <div className="mt-5">
          <DescriptionList
            items={[
              {
                name: "Images",
                value: `${formatCount(places.captioned)} of ${formatCount(places.images)} have a caption${
                  places.shared > 0 ? `; ${formatCount(places.shared)} go to several people` : ""
                }`,
              },
              {
                name: "Share",
                value: `${plural(desk.share, "image", "images")} for each of ${plural(desk.wantedPeople, "person", "people")}; waits ${plural(desk.holdHours, "hour", "hours")} after the last caption`,
              },
              {
                name: "Review",
                value: `${formatCount(review.pending)} waiting, ${formatCount(review.accepted)} accepted, ${formatCount(review.rejected)} rejected; ${formatCount(review.adopted)} in the dataset`,
              },
              ...(places.setAside > 0
                ? [
                    {
                      name: "Set aside",
                      value: `${plural(places.setAside, "image was", "images were")} skipped by two people and given to nobody else`,
                    },
                  ]
                : []),
            ]}
          />
        </div>
        <div className="mt-4 empty:hidden">
          <AdoptButton desk={desk} />
        </div>
      </Panel>
      {isOpen ? (
        <Section
          title="Links"
          text={
            desk.linkToken
              ? "Anyone with this link can take a share. You can also make links for single people."
              : "Only people with a link of their own get in."
          }
          actions={<LinksDialog deskId={deskId} origin={origin} />}
        >
          {desk.linkToken ? <DeskLink link={`${origin}/desk/${desk.linkToken}`} /> : null}
        </Section>
      ) : null}
      <Section title="People">
        <PeopleTable desk={desk} />
      </Section>
      <Section
        title="Agreement"
        text="On images that several people have described: how much more alike their words are than those for different images."
      >
        <Suspense
          fallback={
            <Skeleton>
              <TableSkeleton rows={1} />
            </Skeleton>
          }
        >
          <DeskAgreementNote deskId={deskId} owner={member.id} />
        </Suspense>
      </Section>
      <Section
        title="Drafts by a model"
        text={
          drafts.drafts > 0
            ? `${plural(drafts.drafts, "image has", "images have")} a draft by ${drafts.model}. ${
                desk.showsDrafts
                  ? "People see it as a suggestion, which they accept or change."
                  : "People do not see it; it is shown beside their captions in the review."
              }`
            : `An image-to-text model can draft a caption for each image.${desk.showsDrafts ? " People see drafts as suggestions." : ""}`
        }
        actions={isOpen && !isDrafting ? <DraftDialog deskId={deskId} roots={env().importRoots} /> : null}
      >
        {isDrafting ? (
          <Panel>
            <ProgressBar
              value={job.state === "QUEUED" ? null : job.progress}
              label="Drafts"
              text={job.state === "QUEUED" ? "Waiting for a worker" : job.note || "Opening the model"}
            />
            <div className="mt-4">
              <CancelButton of={{ kind: "desk", id: deskId }} size="sm" done="Drafting cancelled" />
            </div>
          </Panel>
        ) : job?.state === "FAILED" ? (
          <Notice kind="error" title="The model could not draft captions.">
            {job.error}
          </Notice>
        ) : null}
      </Section>
      <Skipped deskId={deskId} />
    </>
  );
}

function DeskLink({ link }: { link: string }) {
  return (
    <div className="flex flex-wrap items-start gap-4">
      <QrCode
        text={link}
        label={`QR code of the desk’s link, ${link}`}
        className="size-40 shrink-0 rounded-sm border"
      />
      <div className="min-w-0 grow basis-64">
        <CommandLine command={link} label="Copy link" />
      </div>
    </div>
  );
}

const skipWords: Record<string, string> = {
  unclear: "cannot tell what it shows",
  unsuitable: "disturbing or private",
  broken: "does not appear or is damaged",
};

async function Skipped({ deskId }: { deskId: string }) {
  const skipped = await listSkipped(deskId);
  if (skipped.length === 0) return null;
  return (
    <Section title="Skipped images">
      <ul className="grid gap-1.5 text-sm">
        {skipped.map(({ id, skipReason, skipText, captioner, deskImage: { image } }) => (
          <li key={id} className="[overflow-wrap:anywhere]">
            <span className="font-mono text-[0.8125rem]">{image.fileName ?? image.stem}</span>,{" "}
            {captioner.name}: {skipText || skipWords[skipReason ?? ""] || "another reason"}
          </li>
        ))}
      </ul>
    </Section>
  );
}
