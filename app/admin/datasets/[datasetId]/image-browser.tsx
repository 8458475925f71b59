/** The images of a page of the dataset: enlarged, edited, and several at once excluded or moved between splits. */
"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { reportResult } from "@/components/action-button";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { ImageCard, ImageGrid } from "@/components/image";
import { ImageDialog } from "@/components/image-dialog";
import { plural } from "@/components/numbers";
import { Link } from "@/components/page-link";
import { reviseDataset } from "../actions";
import { CaptionDialog } from "./caption-editor";

type BrowsedImage = {
  id: string;
  stem: string;
  fileName: string;
  sha256: string | null;
  widthPx: number | null;
  heightPx: number | null;
  split: "TRAINING" | "HELD_OUT";
  isExcluded: boolean;
  duplicateGroup: number | null;
  captions: { id: string; text: string; tokenCount: number }[];
};

/** What can be done to several images, with the words that say that it was done. */
const standings = {
  heldOut: { label: "Hold out", done: "held out" },
  training: { label: "To training", done: "moved to training" },
  excluded: { label: "Exclude", done: "excluded" },
  restored: { label: "Restore", done: "restored" },
} as const;

export function ImageBrowser({
  datasetId,
  language,
  images,
  showsGroups,
}: {
  datasetId: string;
  /** Of the captions (BCP 47). */
  language: string;
  images: BrowsedImage[];
  /** Whether near duplicates name their group. */
  showsGroups: boolean;
}) {
  const router = useRouter();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [pending, setPending] = useState<string | null>(null);
  const here = images.filter(({ id }) => chosen.has(id)).map(({ id }) => id);

  function choose(id: string, isChosen: boolean) {
    const others = new Set(chosen);
    if (isChosen) others.add(id);
    else others.delete(id);
    setChosen(others);
  }

  async function change(kind: keyof typeof standings) {
    setPending(kind);
    const result = await reviseDataset({ datasetId, changes: { [kind]: here } }).catch(() => null);
    setPending(null);
    if (result === null) {
      toast.error("The server did not respond.", { description: "Check the connection and try again." });
    } else if (reportResult(result, `${plural(here.length, "image", "images")} ${standings[kind].done}`)) {
      setChosen(new Set());
      router.refresh();
    }
  }

  return (
    <>
      <div className="mb-4 flex min-h-9 flex-wrap items-center gap-2 text-sm">
        <label className="flex items-center gap-2 pe-2">
          <input
            type="checkbox"
            className="size-[1.05rem] accent-(--accent)"
            checked={images.length > 0 && here.length === images.length}
            onChange={(event) => setChosen(new Set(event.target.checked ? images.map(({ id }) => id) : []))}
          />
          {here.length === 0 ? "Select all on this page" : `${here.length} selected`}
        </label>
        {here.length > 0
          ? (Object.keys(standings) as (keyof typeof standings)[]).map((kind) => (
              <Button key={kind} size="sm" pending={pending === kind} onClick={() => change(kind)}>
                {standings[kind].label}
              </Button>
            ))
          : null}
      </div>
      <ImageGrid>
        {images.map((image) => (
          <div key={image.id} className="relative grid content-start gap-1">
            <label className="absolute start-1.5 top-1.5 z-10 grid size-7 place-items-center rounded-sm bg-surface/85">
              <span className="sr-only">Select {image.fileName}</span>
              <input
                type="checkbox"
                className="size-[1.05rem] accent-(--accent)"
                checked={chosen.has(image.id)}
                onChange={(event) => choose(image.id, event.target.checked)}
              />
            </label>
            <Card image={image} language={language} showsGroup={showsGroups} datasetId={datasetId} />
          </div>
        ))}
      </ImageGrid>
    </>
  );
}

function Card({
  image,
  language,
  showsGroup,
  datasetId,
}: {
  image: BrowsedImage;
  language: string;
  showsGroup: boolean;
  datasetId: string;
}) {
  const { captions, sha256, fileName } = image;
  const [first, ...others] = captions;
  const facts = sha256 === null ? image.stem : `${fileName}, ${image.widthPx} × ${image.heightPx} px`;
  return (
    <>
      <ImageCard
        image={
          sha256 === null ? (
            <div className="h-9" />
          ) : (
            <div className="aspect-square">
              <ImageDialog
                sha256={sha256}
                caption={first?.text ?? fileName}
                language={language}
                facts={facts}
                fileName={fileName.split("/").at(-1) ?? fileName}
                fit="contain"
                isCompletable
              />
            </div>
          )
        }
        caption={
          <>
            <span lang={language}>{first?.text}</span>
            {first ? null : <span className="font-sans text-sm text-muted">No caption</span>}
            {others.length > 0 ? (
              <details className="mt-1 font-sans text-[0.8125rem] text-muted">
                <summary className="w-fit rounded-sm">
                  {others.length} more {others.length === 1 ? "caption" : "captions"}
                </summary>
                <ul lang={language} className="caption-text mt-1 grid gap-1.5 text-ink">
                  {others.map((caption) => (
                    <li key={caption.id}>{caption.text}</li>
                  ))}
                </ul>
              </details>
            ) : null}
          </>
        }
        facts={<span className="[overflow-wrap:anywhere]">{facts}</span>}
      />
      <div className="flex flex-wrap items-center gap-x-1 gap-y-1.5">
        {image.isExcluded ? <Badge tone="warn">Excluded</Badge> : null}
        {image.split === "HELD_OUT" ? <Badge>Held out</Badge> : null}
        {showsGroup && image.duplicateGroup !== null ? <Badge>Group {image.duplicateGroup + 1}</Badge> : null}
        <CaptionDialog
          datasetId={datasetId}
          imageId={image.id}
          name={fileName}
          language={language}
          captions={captions}
        />
        <Link
          href={`/admin/datasets/${datasetId}/images/${image.id}`}
          className="rounded-sm px-1 text-[0.8125rem] text-muted underline"
        >
          History<span className="sr-only"> of {fileName}</span>
        </Link>
      </div>
    </>
  );
}
