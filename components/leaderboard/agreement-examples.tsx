/** Items on which raters agreed, or did not: the images, the caption, and who said what. */
import { Image } from "@/components/image";
import { questionTypes } from "@/lib/questions/question-types";
import type { JudgedItem } from "@/lib/statistics/item-agreement";
import type { CountedVote } from "@/lib/votes/list/list-votes";

export function AgreementExamples({
  items,
  language,
}: {
  items: readonly JudgedItem<CountedVote>[];
  /** Of the captions (BCP 47). */
  language: string;
}) {
  return (
    <ul className="grid gap-x-6 gap-y-7 sm:grid-cols-2 xl:grid-cols-3">
      {items.map((item) => (
        <li key={`${item.caption} ${item.arms.join(" ")}`} className="grid content-start gap-2">
          <div className="grid grid-cols-[repeat(auto-fit,minmax(5.5rem,1fr))] gap-1.5">
            {item.arms.map((arm) => (
              <div key={arm} className="grid max-w-48 content-start gap-1">
                <ImageOf item={item} arm={arm} />
                <span className="text-xs text-muted [overflow-wrap:anywhere]">{arm}</span>
              </div>
            ))}
          </div>
          <span lang={language} className="caption-text text-[0.9375rem]">
            {item.caption}
          </span>
          <span className="text-[0.8125rem] text-muted">
            {answersToText(item)} ({Math.round(item.agreement * 100)}% agreement)
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Nothing in imported studies, which have no images. */
function ImageOf({ item, arm }: { item: JudgedItem<CountedVote>; arm: string }) {
  const [{ shown, imageSha256s }] = item.answers as [CountedVote, ...CountedVote[]];
  const sha256 = imageSha256s[shown.indexOf(arm)];
  if (sha256 === undefined) return null;
  return <Image sha256={sha256} alt={`${arm}: ${item.caption}`} sidePx={256} />;
}

/** "3 × real, 1 × equally good" */
function answersToText({ answers }: JudgedItem<CountedVote>): string {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    const text = questionTypes[answer.type].answers.toText(answer);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([text, count]) => `${count} × ${text}`)
    .join(", ");
}
