/** A sample next to a photograph, with the caption and a metric's score; links to the image's own page. */
import { Image } from "@/components/image";
import { Bar } from "@/components/skeleton";
import { Link } from "../page-link";

/** `sha256` is null where the caption has no photograph. */
export type PairedImage = { sha256: string | null; alt: string; label: string; pixelated?: boolean };

export function ImagePair({
  href,
  left,
  right,
  caption,
  language,
  value,
}: {
  href: string;
  left: PairedImage;
  right: PairedImage;
  caption: string;
  /** Of the caption (BCP 47). */
  language: string;
  value: string;
}) {
  return (
    <figure className="grid content-start gap-2">
      <div className="grid grid-cols-2 gap-1.5">
        {[left, right].map(({ sha256, alt, label, pixelated }) => (
          <div key={label} className="grid gap-1">
            <Image sha256={sha256} alt={alt} sidePx={256} pixelated={pixelated ?? false} placeholder="None" />
            <span className="text-xs text-muted">{label}</span>
          </div>
        ))}
      </div>
      <figcaption className="grid gap-0.5">
        <Link href={href} lang={language} className="caption-text text-[0.9375rem] hover:underline">
          {caption}
        </Link>
        <span className="numeric text-[0.8125rem] text-muted">{value}</span>
      </figcaption>
    </figure>
  );
}

export function PairGrid({ children }: { children: React.ReactNode }) {
  return (
    <div className="grid gap-x-6 gap-y-7 sm:grid-cols-[repeat(auto-fill,minmax(17rem,1fr))]">{children}</div>
  );
}

export function PairGridSkeleton({ count }: { count: number }) {
  return (
    <PairGrid>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="grid content-start gap-2">
          <Bar className="aspect-[2/1]" />
          <Bar className="h-4 w-3/4" />
          <Bar className="h-3 w-1/2" />
        </div>
      ))}
    </PairGrid>
  );
}
