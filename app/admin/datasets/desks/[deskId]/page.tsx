/** One captioning desk: its links, its people, how far they are, how much they agree, and what comes of it. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { Badge, StateBadge } from "@/components/badge";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import { CommandLine } from "@/components/command-line";
import { DataTable } from "@/components/data-table";
import { DescriptionList } from "@/components/description-list";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { QrCode } from "@/components/qr-code";
import { Skeleton, TableSkeleton } from "@/components/skeleton";
import { Time } from "@/components/time";
import { languageToText } from "@/lib/datasets/language-tag";
import { type CaptionerRow, type DeskDetail, getDesk, listSkipped } from "@/lib/desks/get-desk";
import { env } from "@/lib/env";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { originOf } from "@/lib/platform/server/client-address";
import { CancelButton, DeleteButton } from "../../../entities/entity-buttons";
import { orNotFound } from "../../../or-not-found";
import { adoptAction, closeDeskAction, removeCaptionerAction } from "../actions";
import { DeskAgreementNote } from "./desk-agreement-note";
import { DraftDialog } from "./draft-dialog";
import { LinksDialog } from "./links-dialog";

export const metadata: Metadata = { title: "Captioning desk" };

export default async function DeskPage({ params }: { params: Promise<{ deskId: string }> }) {
  const member = await requireRole(...staff);
  const { deskId } = await params;
  const desk = await getDesk(deskId).catch(orNotFound);
  const { places, review, drafts, job } = desk;
  const isOpen = desk.state === "OPEN";
  const isDrafting = job?.state === "QUEUED" || job?.state === "RUNNING";
  const origin = originOf(await headers());
  const waiting = review.accepted - review.adopted;
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
        {waiting > 0 ? (
          <div className="mt-4">
            <ActionButton
              label={`Put ${plural(waiting, "accepted caption", "accepted captions")} into the dataset`}
              act={adoptAction.bind(null, { deskId })}
              done="The dataset has a new version"
              confirm={{
                title: "Put the accepted captions into the dataset?",
                text: `“${desk.dataset.name}” gets a new version. Earlier runs and samples keep the version that they began with.`,
                label: "Put them in",
                variant: "primary",
              }}
            />
          </div>
        ) : null}
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
        <People desk={desk} />
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

function stateOf(person: CaptionerRow) {
  if (person.isRemoved) return <Badge tone="danger">Removed</Badge>;
  if (person.joinedAt === null) return <Badge>Invited</Badge>;
  if (person.quota > 0 && person.done + person.skipped >= person.quota)
    return <Badge tone="good">Done</Badge>;
  return person.isHeld ? <Badge tone="accent">At work</Badge> : <Badge tone="warn">Away</Badge>;
}

function People({ desk }: { desk: DeskDetail }) {
  if (desk.people.length === 0) return <p className="text-muted">Nobody has joined yet.</p>;
  return (
    <DataTable
      caption="People"
      rows={desk.people}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "name",
          header: "Name",
          cell: (person) => (
            <>
              <span className="block min-w-24 font-semibold [overflow-wrap:anywhere]">{person.name}</span>
              <span className="block text-[0.8125rem] text-muted">
                no. {person.number}
                {person.hasOwnLink ? ", own link" : ""}
              </span>
            </>
          ),
        },
        { key: "state", header: "State", cell: stateOf },
        {
          key: "done",
          header: "Described",
          numeric: true,
          cell: (person) => `${formatCount(person.done)} of ${formatCount(person.quota)}`,
        },
        {
          key: "skipped",
          header: "Skipped",
          numeric: true,
          from: "sm",
          cell: (person) => formatCount(person.skipped),
        },
        {
          key: "drafts",
          header: "Drafts kept",
          numeric: true,
          from: "md",
          cell: (person) => `${formatCount(person.acceptedDrafts)} of ${formatCount(person.captions)}`,
        },
        {
          key: "last",
          header: "Last caption",
          from: "md",
          cell: (person) => (person.lastAt ? <Time at={person.lastAt.toISOString()} relative /> : "–"),
        },
        {
          key: "actions",
          header: "Actions",
          cell: (person) =>
            person.isRemoved || desk.state === "CLOSED" ? null : (
              <ActionButton
                label="Remove"
                size="sm"
                act={removeCaptionerAction.bind(null, { captionerId: person.id })}
                done={`${person.name} was removed`}
                confirm={{
                  title: `Remove ${person.name}?`,
                  text: "They can no longer caption, by their link or in their browser. Their captions stay, and what they have not described goes to others.",
                }}
              />
            ),
        },
      ]}
    />
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
