/** What raters marked: words missing from images and places that are wrong, by arm and on the images. */
import { type Column, DataTable } from "@/components/data-table";
import { Image } from "@/components/image";
import { plural } from "@/components/numbers";
import type { ArmFaults, MarkedFaults, MarkedImage } from "@/lib/votes/leaderboard/marked-faults";

export function MarkedFaultsView({
  faults,
  language,
  marksWords,
  marksPlaces,
}: {
  faults: MarkedFaults;
  /** Of the captions (BCP 47). */
  language: string;
  marksWords: boolean;
  marksPlaces: boolean;
}) {
  const { wordAgreement: alpha } = faults;
  const columns: Column<ArmFaults>[] = [
    { key: "arm", header: "Arm", cell: ({ arm }) => <span className="font-medium">{arm}</span> },
    { key: "judged", header: "Images judged", numeric: true, cell: ({ judged }) => judged },
    ...(marksWords
      ? [
          {
            key: "missed",
            header: "Words missed",
            numeric: true,
            cell: ({ missedShare }: ArmFaults) =>
              interval(missedShare, (value) => `${(100 * value).toFixed(1)}%`),
          },
        ]
      : []),
    ...(marksPlaces
      ? [
          {
            key: "places",
            header: "Wrong places per image",
            numeric: true,
            cell: ({ wrongPlaces }: ArmFaults) => interval(wrongPlaces, (value) => value.toFixed(2)),
          },
        ]
      : []),
  ];
  return (
    <div className="grid gap-5">
      <DataTable
        caption="Faults by arm"
        columns={columns}
        rows={[...faults.arms]}
        rowKey={({ arm }) => arm}
      />
      {marksWords && alpha.value !== null ? (
        <p className="text-sm text-muted">
          Agreement on missing words: Krippendorff’s α {alpha.value.toFixed(2)}
          {alpha.low === null ? "" : ` (95%: ${alpha.low.toFixed(2)} to ${alpha.high!.toFixed(2)})`}, from{" "}
          {plural(alpha.units, "word", "words")} judged by two or more raters.
        </p>
      ) : null}
      {faults.images.length > 0 ? (
        <ul className="grid gap-x-6 gap-y-7 sm:grid-cols-2 lg:grid-cols-3">
          {faults.images.map((image) => (
            <li key={`${image.caption} ${image.arm}`}>
              <MarkedImageView image={image} language={language} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function MarkedImageView({ image, language }: { image: MarkedImage; language: string }) {
  const { caption, arm, sha256, judged, words, points } = image;
  return (
    <figure className="grid content-start gap-2">
      <div className="relative max-w-64">
        <Image
          sha256={sha256}
          alt={`${arm}: ${caption}${points.length > 0 ? `, ${plural(points.length, "place", "places")} marked as wrong` : ""}`}
          sidePx={256}
        />
        {points.map(({ x, y }, index) => (
          <span
            key={index}
            aria-hidden="true"
            className="absolute size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-white bg-danger"
            style={{ left: `${100 * x}%`, top: `${100 * y}%` }}
          />
        ))}
      </div>
      <figcaption className="grid gap-0.5">
        <span lang={language} className="caption-text text-[0.9375rem]">
          {words.map(({ word, marked }, index) => (
            <span key={index}>
              {marked > 0 ? (
                <mark className="rounded-sm bg-danger-soft px-0.5 text-ink">
                  {word}
                  <span className="numeric ms-0.5 align-super text-xs text-danger">
                    {marked}
                    <span lang="en" className="sr-only">
                      {" "}
                      times marked as missing
                    </span>
                  </span>
                </mark>
              ) : (
                word
              )}{" "}
            </span>
          ))}
        </span>
        <span className="text-[0.8125rem] text-muted">
          {arm}, judged {judged === 1 ? "once" : `${judged} times`}
        </span>
      </figcaption>
    </figure>
  );
}

function interval(
  { value, low, high }: { value: number; low: number; high: number },
  format: (value: number) => string,
): string {
  return `${format(value)} (${format(Math.max(0, low))} to ${format(high)})`;
}
