/** Chosen images, each with its augmented versions: what was changed, and the caption that the model would read. */
import { Section } from "@/components/page-header";
import type { ShownImage, ShownVersion } from "@/lib/fine-tunes/preparation-fields";

export function ShownImages({ images, language }: { images: readonly ShownImage[]; language: string }) {
  return images.map(({ id, name, plain, versions }) => (
    <Section key={id} title={name}>
      <ul className="grid grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-3 xl:grid-cols-5">
        <Version {...plain} title="Not augmented" language={language} />
        {versions.map((version, number) => (
          <Version key={number} {...version} title={`Version ${number + 1}`} language={language} />
        ))}
      </ul>
    </Section>
  ));
}

function Version({
  png,
  caption,
  changes,
  title,
  language,
}: ShownVersion & { title: string; language: string }) {
  return (
    <li className="min-w-0 text-[0.8125rem] leading-snug">
      <img
        src={png}
        alt={caption}
        lang={language}
        className="aspect-square w-full rounded-sm bg-sunken [image-rendering:pixelated]"
      />
      <p className="mt-1.5 font-semibold">{title}</p>
      <p className="text-muted">{changes || "nothing changed"}</p>
      <p lang={language} className="mt-0.5 font-serif text-[0.9375rem] break-words">
        {caption}
      </p>
    </li>
  );
}
