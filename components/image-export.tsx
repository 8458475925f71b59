/** Downloads of a dataset or a sample set, in the layouts that imports read back. */
"use client";

import { Download } from "lucide-react";
import { Button, ButtonAnchor } from "./button";
import { CommandLine } from "./command-line";
import { Dialog } from "./dialog";

const layouts = [
  {
    layout: "imagefolder",
    label: "Folder",
    text: "A zip file of the images under their names, with a metadata.jsonl that has a line per caption. At most 65,000 images and 4 GB.",
  },
  {
    layout: "webdataset",
    label: "WebDataset",
    text: "A tar file with an image, a .txt and a .json for each key, as img2dataset writes them.",
  },
  {
    layout: "parquet",
    label: "Parquet",
    text: "One file with the images’ bytes, as on the Hugging Face Hub.",
  },
] as const;

/** @param address of the route that exports it; @param command that does the same into a folder */
export function ImageExport({ address, command }: { address: string; command: string }) {
  return (
    <Dialog
      trigger={<Button icon={<Download className="size-4" aria-hidden="true" />}>Export</Button>}
      title="Export images and captions"
      text="Every layout can be imported again. The download starts once the file is written, which takes a minute for some ten thousand images."
    >
      {() => (
        <div className="grid gap-5">
          <ul className="grid gap-4">
            {layouts.map(({ layout, label, text }) => (
              <li key={layout} className="grid grid-cols-[7.5rem_minmax(0,1fr)] items-start gap-x-4">
                <ButtonAnchor size="sm" href={`${address}?as=${layout}`}>
                  {label}
                </ButtonAnchor>
                <p className="text-sm text-muted">{text}</p>
              </li>
            ))}
          </ul>
          <div className="grid gap-1.5">
            <p className="text-sm text-muted">Larger ones are faster on the command line:</p>
            <CommandLine command={command} />
          </div>
        </div>
      )}
    </Dialog>
  );
}
