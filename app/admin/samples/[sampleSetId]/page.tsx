/** One sample set beside the real photographs, and beside other sets of the same captions (`with` in the address). */
import { CopyPlus, Download, Gauge, ListPlus } from "lucide-react";
import type { Metadata } from "next";
import { Suspense } from "react";
import { ActionButton } from "@/components/action-button";
import { StateBadge } from "@/components/badge";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import { classNames } from "@/components/class-names";
import { DemoNote } from "@/components/demo-label";
import { DescriptionList } from "@/components/description-list";
import { ImageExport } from "@/components/image-export";
import { address, parameter, readPage, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Pagination } from "@/components/pagination";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { Skeleton } from "@/components/skeleton";
import { adapterWords } from "@/lib/adapters/chosen-adapters";
import { splitWords } from "@/lib/datasets/split-choice";
import {
  type SampleSettings,
  sampleSettings,
  seedsOf,
  settingsOfEach,
  upsamplerSettingNames,
} from "@/lib/diffusion/sampling/sample-settings";
import { settingFacts } from "@/lib/diffusion/settings/setting";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { semblanceCommand, toShellWord } from "@/lib/platform/server/semblance-command";
import { getSampleGrid } from "@/lib/samples/get-sample-grid";
import { getSampleSet } from "@/lib/samples/get-sample-set";
import { importProgress } from "@/lib/samples/import/import-progress";
import { listComparableSets } from "@/lib/samples/list-comparable-sets";
import { listOrigins } from "@/lib/samples/list-origins";
import type { SampleSetSummary } from "@/lib/samples/list-sample-sets";
import { CancelButton, DeleteButton, RetryButton } from "../../entities/entity-buttons";
import { orNotFound } from "../../or-not-found";
import { drawAllCaptions } from "../actions";
import { SampleGridSkeleton, SampleGridTable } from "./sample-grid-table";

export const metadata: Metadata = { title: "Samples" };

const pageSize = 12;

/** More columns than this do not fit beside each other. */
const mostSets = 4;

export default async function SampleSetPage({
  params,
  searchParams,
}: {
  params: Promise<{ sampleSetId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { sampleSetId } = await params;
  const query = await searchParams;
  const set = await getSampleSet(sampleSetId).catch(orNotFound);
  const page = readPage(query);
  const wanted = (parameter(query, "with") ?? "").split(",").filter((id) => /^[0-9a-f-]{36}$/.test(id));
  const moving = set.state === "QUEUED" || set.state === "RUNNING";
  const isImported = set.baseCheckpoint === null;
  const progress = isImported && moving ? await importProgress(sampleSetId) : null;
  const stopped = set.state === "CANCELLED" || set.state === "FAILED";
  return (
    <>
      <LiveRefresh active={moving} />
      <PageHeader
        back={{ href: "/admin/samples", label: "Samples" }}
        title={set.name}
        badge={
          <>
            <StateBadge state={set.state} />
            {set.isDemo ? <DemoNote /> : null}
          </>
        }
        text={
          <p>
            The captions of{" "}
            <Link href={`/admin/datasets/${set.dataset.id}`} className="prose-link">
              {set.dataset.name}
            </Link>
            {set.baseCheckpoint ? (
              <>
                , drawn by{" "}
                <Link href={`/admin/models/${set.baseCheckpoint.id}`} className="prose-link">
                  {set.baseCheckpoint.name}
                </Link>
              </>
            ) : (
              ", with images that were imported"
            )}
            {set.upsamplerCheckpoint ? (
              <>
                {" "}
                and upsampled by{" "}
                <Link href={`/admin/models/${set.upsamplerCheckpoint.id}`} className="prose-link">
                  {set.upsamplerCheckpoint.name}
                </Link>
              </>
            ) : null}
          </p>
        }
        action={
          moving ? (
            <CancelButton
              of={{ kind: "sample-set", id: sampleSetId }}
              done={isImported ? "Cancelled; nothing was imported" : "Cancelled; finished samples are kept"}
            />
          ) : stopped ? (
            <RetryButton
              of={{ kind: "sample-set", id: sampleSetId }}
              label={isImported ? "Import again" : "Draw the rest"}
              continues
            />
          ) : (
            <ButtonLink
              href={`/admin/evaluations/new?set=${sampleSetId}`}
              variant="primary"
              icon={<Gauge className="size-4" aria-hidden="true" />}
            >
              Evaluate
            </ButtonLink>
          )
        }
        others={
          <>
            {set.state === "SUCCEEDED" && hasMoreCaptions(set) ? (
              <ActionButton
                label="Draw all captions"
                icon={<ListPlus className="size-4" aria-hidden="true" />}
                act={drawAllCaptions.bind(null, { sampleSetId })}
                done="Waiting for a worker to draw the other captions"
                confirm={{
                  title: "Draw the other captions too?",
                  text: "Existing samples stay as they are. A later evaluation only processes the new samples, and scores all of them.",
                  label: "Draw them",
                }}
              />
            ) : null}
            {isImported ? null : (
              <ButtonLink
                href={`/admin/samples/new?like=${sampleSetId}`}
                icon={<CopyPlus className="size-4" aria-hidden="true" />}
              >
                Same with another model
              </ButtonLink>
            )}
            {set.drawn > 0 && !moving ? (
              <ImageExport
                address={`/api/samples/${sampleSetId}/export`}
                command={semblanceCommand(
                  `npx semblance samples export ${toShellWord(set.name)} --as webdataset --out FOLDER`,
                )}
              />
            ) : null}
            {moving ? null : (
              <DeleteButton
                of={{ kind: "sample-set", id: sampleSetId }}
                name={set.name}
                text={
                  isImported
                    ? "Its images and evaluations are removed from Semblance. The original files are not touched."
                    : "Its samples and evaluations are removed. The same model, seeds and settings would give exactly the same samples again."
                }
              />
            )}
          </>
        }
      />
      {set.error ? (
        <div className="mb-6">
          <Notice kind="error" title={set.error}>
            {isImported
              ? "Nothing was imported. Fix the cause and import again."
              : "Finished samples are kept. Fix the cause and draw the rest."}
          </Notice>
        </div>
      ) : null}
      {moving ? (
        <Panel className="mb-8">
          <ProgressBar
            value={set.state === "QUEUED" ? 0 : (progress?.share ?? set.drawn / Math.max(1, set.requested))}
            label={isImported ? "Import" : "Drawing"}
            text={
              set.state === "QUEUED"
                ? "Waiting for a worker"
                : (progress?.note ??
                  `${formatCount(set.drawn)} of ${plural(set.requested, "image", "images")}`)
            }
          />
        </Panel>
      ) : null}
      <Suspense
        fallback={
          <Skeleton>
            <Section title="Side by side" text={sideBySideText}>
              <SampleGridSkeleton columns={2 + Math.min(wanted.length, mostSets - 1)} rows={pageSize} />
            </Section>
          </Skeleton>
        }
      >
        <SideBySide set={set} wanted={wanted} page={page} />
        {set.settings ? <Settings set={set} settings={set.settings} /> : <Origins sampleSetId={set.id} />}
      </Suspense>
    </>
  );
}

function Settings({ set, settings }: { set: SampleSetSummary; settings: SampleSettings }) {
  return (
    <Section title="Settings" text="Also stored in every sample’s file.">
      <Panel className="max-w-2xl py-2 sm:py-2">
        <DescriptionList
          items={[
            {
              name: "Captions",
              value: `${set.allCaptions ? "every caption" : "the first of each photograph"}${set.captionSplit === null ? "" : `, of ${splitWords[set.captionSplit]} images`}${set.captionCategories.length === 0 ? "" : `, of ${set.captionCategories.join(" or ")}`}${set.captionLimit === null ? "" : `, ${formatCount(set.captionLimit)} at most`}`,
            },
            ...(set.maskSet
              ? [
                  {
                    name: "Masks",
                    value: (
                      <Link href={`/admin/samples/masks/${set.maskSet.id}`} className="prose-link">
                        {set.maskSet.name}
                      </Link>
                    ),
                  },
                ]
              : []),
            ...(set.adapters.length > 0
              ? [{ name: "LoRA adapters", value: adapterWords(set.adapters) }]
              : []),
            ...settingFacts(sampleSettings, drawingSettings(settings, set.upsamplerCheckpoint !== null)),
            { name: "Seeds", value: seedWords(settings) },
          ]}
        />
      </Panel>
      <p className="mt-3 text-sm text-muted">
        As a file for the form and the command line:{" "}
        <a className="prose-link" href={`/api/samples/${set.id}/settings.yaml`}>
          YAML
        </a>
      </p>
    </Section>
  );
}

/** What the files of the generators said of the images. */
async function Origins({ sampleSetId }: { sampleSetId: string }) {
  const origins = await listOrigins(sampleSetId);
  if (origins.length === 0) return null;
  return (
    <Section title="Origin" text="From the manifest and the files. Enlarge an image to see its own settings.">
      <Panel className="max-w-2xl py-2 sm:py-2">
        <DescriptionList
          items={origins.map(({ name, values, more }) => ({
            name,
            value: `${values.join(", ")}${more === 0 ? "" : ` and ${formatCount(more)} more`}`,
          }))}
        />
      </Panel>
    </Section>
  );
}

const sideBySideText = "The images for each caption. Click one to enlarge it.";

async function SideBySide({
  set,
  wanted,
  page,
}: {
  set: SampleSetSummary;
  /** Ids of the sets to be shown beside it. */
  wanted: string[];
  page: number;
}) {
  const others = await listComparableSets(set);
  const shown = others.filter((other) => wanted.includes(other.id)).slice(0, mostSets - 1);
  const columns = [set.id, ...shown.map((other) => other.id)];
  const grid = await getSampleGrid(columns, { page, pageSize });
  const path = `/admin/samples/${set.id}`;
  return (
    <Section
      title="Side by side"
      text={sideBySideText}
      actions={
        <ButtonAnchor
          size="sm"
          href={address(`/api/samples/figure`, { sets: columns.join(","), page, pageSize })}
          icon={<Download className="size-4" aria-hidden="true" />}
        >
          This page as PNG
        </ButtonAnchor>
      }
    >
      {/* The set was read before the grid: it may be shown as drawing although the grid knows better. */}
      <LiveRefresh active={grid.sets.some((one) => one.state === "QUEUED" || one.state === "RUNNING")} />
      {others.length > 0 ? <Comparisons path={path} others={others} shown={shown} /> : null}
      <SampleGridTable grid={grid} />
      <Pagination
        page={page}
        pageSize={pageSize}
        total={grid.total}
        path={path}
        query={{ with: shown.map((other) => other.id).join(",") || undefined }}
        noun={["caption", "captions"]}
      />
    </Section>
  );
}

/** What decides how it draws; an upsampler's settings only where there is one. */
function drawingSettings(settings: SampleSettings, isUpsampled: boolean): Partial<SampleSettings> {
  const drawing = settingsOfEach(settings);
  if (isUpsampled) return drawing;
  return Object.fromEntries(
    Object.entries(drawing).filter(([name]) => !(upsamplerSettingNames as readonly string[]).includes(name)),
  );
}

function seedWords(settings: SampleSettings): string {
  const [first, ...others] = seedsOf(settings);
  return others.length === 0 ? `${first}` : `${first} to ${others.at(-1)}`;
}

/** Whether its limit has left captions out. */
function hasMoreCaptions({ captionLimit, requested, settings }: SampleSetSummary): boolean {
  return settings !== null && captionLimit !== null && requested >= captionLimit * settings.samplesPerCaption;
}

/** Other sets of the same captions, to be put beside this one or taken away again. */
function Comparisons({
  path,
  others,
  shown,
}: {
  path: string;
  others: SampleSetSummary[];
  shown: SampleSetSummary[];
}) {
  const ids = shown.map((set) => set.id);
  return (
    <nav
      aria-label="Sets to compare with"
      className="mb-4 flex flex-wrap items-center gap-2 text-[0.8125rem]"
    >
      <span className="text-muted">Compare with:</span>
      {others.map((set) => {
        const on = ids.includes(set.id);
        const next = on ? ids.filter((id) => id !== set.id) : [...ids, set.id];
        if (!on && next.length > mostSets - 1) return null;
        return (
          <Link
            key={set.id}
            href={address(path, { with: next.join(",") })}
            scroll={false}
            aria-current={on ? "true" : undefined}
            className={classNames(
              "rounded-full border px-3 py-1",
              on ? "border-accent bg-accent-soft text-accent" : "border-field/60 text-muted hover:text-ink",
            )}
          >
            {on ? "✓ " : "+ "}
            {set.name}
          </Link>
        );
      })}
    </nav>
  );
}
