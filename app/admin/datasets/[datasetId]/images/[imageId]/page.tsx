/** One image of a dataset: its captions to be edited, and what happened to it. */
import type { Metadata } from "next";
import { ActionButton } from "@/components/action-button";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { completionAddress, Image } from "@/components/image";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { getImageWithHistory, type ImageChange } from "@/lib/datasets/image-history";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { mostCaptions } from "@/lib/samples/token-fields";
import { CaptionTokens } from "../../../../caption-tokens";
import { orNotFound } from "../../../../or-not-found";
import { reviseDataset } from "../../../actions";
import { CaptionEditor } from "../../caption-editor";

export const metadata: Metadata = { title: "Image of a dataset" };

export default async function DatasetImagePage({
  params,
}: {
  params: Promise<{ datasetId: string; imageId: string }>;
}) {
  await requireRole(...staff);
  const { datasetId, imageId } = await params;
  const { image, dataset, changes } = await getImageWithHistory(datasetId, imageId).catch(orNotFound);
  const { captions, sha256, fileName, widthPx, heightPx, isExcluded, split } = image;
  return (
    <>
      <PageHeader
        back={{ href: `/admin/datasets/${datasetId}`, label: dataset.name }}
        title={fileName}
        badge={
          <>
            {isExcluded ? <Badge tone="warn">Excluded</Badge> : null}
            <Badge>{split === "HELD_OUT" ? "Held out" : "Training"}</Badge>
          </>
        }
        text={sha256 === null ? "A place for captions, without an image" : `${widthPx} × ${heightPx} px`}
        others={
          <>
            <ActionButton
              label={isExcluded ? "Restore" : "Exclude"}
              act={reviseDataset.bind(null, {
                datasetId,
                changes: isExcluded ? { restored: [imageId] } : { excluded: [imageId] },
              })}
              done={isExcluded ? "Restored" : "Excluded"}
            />
            <ActionButton
              label={split === "HELD_OUT" ? "Move to training" : "Hold out"}
              act={reviseDataset.bind(null, {
                datasetId,
                changes: split === "HELD_OUT" ? { training: [imageId] } : { heldOut: [imageId] },
              })}
              done={split === "HELD_OUT" ? "Moved to training" : "Held out"}
            />
            {sha256 === null ? null : (
              <ButtonLink href={completionAddress(sha256)}>Erase a part and complete it</ButtonLink>
            )}
          </>
        }
      />
      <div className="mb-8 grid gap-8 lg:grid-cols-2">
        {sha256 === null ? null : (
          <Image sha256={sha256} alt={captions[0]?.text ?? fileName} fit="contain" sidePx="original" />
        )}
        <Section title="Captions">
          <Panel>
            <CaptionEditor
              key={captions.map(({ id }) => id).join()}
              datasetId={datasetId}
              imageId={imageId}
              language={dataset.captionLanguage}
              captions={captions.map(({ id, text }) => ({ id, text }))}
            />
            {captions.length === 0 ? null : (
              <div className="mt-5 border-t pt-5">
                <CaptionTokens
                  captions={captions.slice(0, mostCaptions).map(({ text }) => text)}
                  language={dataset.captionLanguage}
                />
              </div>
            )}
          </Panel>
        </Section>
      </div>
      <Section title="History">
        {changes.length === 0 ? (
          <p className="text-sm text-muted">Nothing has changed since the import.</p>
        ) : (
          <ol className="grid gap-3">
            {changes.map((change) => (
              <Change
                key={change.revision}
                change={change}
                datasetId={datasetId}
                imageId={imageId}
                language={dataset.captionLanguage}
              />
            ))}
          </ol>
        )}
      </Section>
    </>
  );
}

function Change({
  change: { revision, at, actor, reason, before, after, standing },
  datasetId,
  imageId,
  language,
}: {
  change: ImageChange;
  datasetId: string;
  imageId: string;
  language: string;
}) {
  return (
    <li className="grid gap-2 rounded-lg border bg-surface px-5 py-4 text-sm">
      <p className="text-muted">
        Revision {revision}, <Time at={at.toISOString()} />, {actor}
        {reason ? `: ${reason}` : null}
      </p>
      {standing ? (
        <p>
          {standing.isExcluded
            ? "Excluded"
            : standing.split === "HELD_OUT"
              ? "Held out"
              : "Used for training"}
        </p>
      ) : null}
      {before.map(({ text, present }) => (
        <div key={`before ${text}`} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
          <p className="min-w-0 [overflow-wrap:anywhere]">
            <span className="text-muted">Before: </span>
            <del lang={language} className="caption-text text-[0.9375rem]">
              {text}
            </del>
          </p>
          <ActionButton
            label="Use again"
            size="sm"
            act={reviseDataset.bind(null, {
              datasetId,
              reason: `as before revision ${revision}`,
              changes: present ? { edited: [{ captionId: present, text }] } : { added: [{ imageId, text }] },
            })}
            done="The former caption is used again"
          />
        </div>
      ))}
      {after.map((text) => (
        <p key={`after ${text}`} className="[overflow-wrap:anywhere]">
          <span className="text-muted">Then: </span>
          <ins lang={language} className="caption-text text-[0.9375rem] no-underline">
            {text}
          </ins>
        </p>
      ))}
    </li>
  );
}
