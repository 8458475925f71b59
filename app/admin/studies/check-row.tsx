/** A check in a list: what it is for, its caption, question and correct answer, and its images. */
import type { ReactNode } from "react";
import { Image } from "@/components/image";

export function CheckRow({
  use,
  caption,
  language,
  question,
  right,
  images,
  children,
}: {
  use: string;
  caption: string;
  /** Of the caption (BCP 47); absent for texts that are not captions. */
  language?: string | undefined;
  question: string;
  right: string;
  images: readonly string[];
  /** What can be done with it. */
  children?: ReactNode;
}) {
  return (
    <li className="grid gap-3 border-t pt-4 first:border-t-0 first:pt-0 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="grid content-start justify-items-start gap-1 text-sm">
        <span className="font-medium">{use}</span>
        <span lang={language} className="caption-text text-[0.9375rem]">
          {caption}
        </span>
        <span className="text-muted">{question}</span>
        <span className="text-muted">Correct answer: {right}</span>
        {children}
      </div>
      <div className="flex flex-wrap gap-2">
        {images.map((sha256, index) => (
          <Image key={sha256} sha256={sha256} alt={`Image ${index + 1}`} sidePx={128} className="size-24" />
        ))}
      </div>
    </li>
  );
}
