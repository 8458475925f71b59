/** Photographs to tick; the form is an address, and keeps everything else that the address says. */
import type { ReactNode } from "react";
import { Image } from "@/components/image";
import type { SearchParams } from "@/components/list-query";
import { browseImages, everyImage } from "@/lib/datasets/browse-images";

/** Photographs to choose from. */
const shown = 24;

export async function ImageChoice({
  params,
  datasetId,
  chosen,
  children,
}: {
  params: SearchParams;
  datasetId: string;
  chosen: readonly string[];
  /** The button. */
  children: ReactNode;
}) {
  const { images } = await browseImages(
    datasetId,
    { ...everyImage, standing: "training" },
    { pageSize: shown },
  );
  const kept = Object.entries(params).flatMap(([name, value]) =>
    typeof value === "string" && name !== "image" ? [[name, value] as const] : [],
  );
  return (
    <form className="grid gap-4">
      {kept.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <ul className="grid grid-cols-3 gap-3 sm:grid-cols-6 lg:grid-cols-8">
        {images
          .filter(({ sha256 }) => sha256 !== null)
          .map(({ id, sha256, fileName }) => (
            <li key={id}>
              <label className="grid gap-1 text-[0.8125rem]">
                <Image sha256={sha256} alt="" sidePx={128} />
                <span className="flex min-w-0 items-center gap-1.5">
                  <input
                    type="checkbox"
                    name="image"
                    value={id}
                    defaultChecked={chosen.includes(id)}
                    className="size-4 shrink-0 accent-(--accent)"
                  />
                  <span className="truncate">{fileName}</span>
                </span>
              </label>
            </li>
          ))}
      </ul>
      <div>{children}</div>
    </form>
  );
}
