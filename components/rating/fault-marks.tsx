/** After an answer: which words of the caption an image misses, and where in it something is wrong. */
"use client";

import { X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { splitCaptionWords } from "@/lib/questions/caption-words";
import type { ImageMarks } from "@/lib/questions/rater-answer";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { imageName } from "./image-name";
import { useImageAddress } from "./rater-server";
import type { RaterStrings } from "./strings/rater-strings";

/** Cells of the invisible grid by which places can be marked without a pointer. */
const gridCells = 4;

/** As many as the server takes for one image. */
const mostPoints = 50;

export function FaultMarks({
  item,
  firstPlace,
  strings,
  onDone,
}: {
  item: AssignedItem;
  /** The image that is offered first: the worse one. */
  firstPlace: number;
  strings: RaterStrings;
  onDone: (marks: ImageMarks[]) => void;
}) {
  const imageAddress = useImageAddress();
  const count = item.imageTokens.length;
  const [place, setPlace] = useState(firstPlace);
  const [marks, setMarks] = useState<ImageMarks[]>(() =>
    item.imageTokens.map((_, at) => ({ place: at, missedWords: [], wrongPoints: [] })),
  );
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const own = marks[place]!;
  const change = (changed: Partial<ImageMarks>) =>
    setMarks(marks.map((mark) => (mark.place === place ? { ...mark, ...changed } : mark)));
  function addPoint(x: number, y: number) {
    const isThere = own.wrongPoints.some((point) => point.x === x && point.y === y);
    if (!isThere) change({ wrongPoints: [...own.wrongPoints, { x, y }].slice(0, mostPoints) });
  }
  const finish = () =>
    onDone(marks.filter(({ missedWords, wrongPoints }) => missedWords.length + wrongPoints.length > 0));
  /** Without a way through all words and cells, for those who have marked what they wanted. */
  function onKeyDown(event: KeyboardEvent) {
    const isUnmoved = event.target === title.current;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || isUnmoved)) {
      event.preventDefault();
      finish();
    }
  }
  return (
    <section aria-labelledby="marks-title" className="mt-3 flex grow flex-col" onKeyDown={onKeyDown}>
      <h2 ref={title} id="marks-title" tabIndex={-1} className="font-serif text-xl outline-none">
        {strings.markTitle}
      </h2>
      {count > 1 ? (
        <fieldset className="mt-2 flex flex-wrap gap-2" aria-label={strings.markWhich}>
          {item.imageTokens.map((token, at) => (
            <button
              key={token}
              type="button"
              aria-pressed={at === place}
              onClick={() => setPlace(at)}
              className="min-h-11 rounded-md border border-field px-3 py-2 text-sm aria-pressed:border-accent aria-pressed:bg-accent-soft"
            >
              {imageName(strings, count, at)}
            </button>
          ))}
        </fieldset>
      ) : null}
      {item.marksWords ? (
        <>
          <p className="mt-3 text-muted text-sm">{strings.markWords}</p>
          <div className="mt-2 flex flex-wrap gap-1.5">
            {splitCaptionWords(item.caption).map((word, index) => (
              <button
                key={index}
                type="button"
                aria-pressed={own.missedWords.includes(index)}
                onClick={() =>
                  change({
                    missedWords: own.missedWords.includes(index)
                      ? own.missedWords.filter((each) => each !== index)
                      : [...own.missedWords, index].sort((a, b) => a - b),
                  })
                }
                className="min-h-11 rounded-md border border-field px-2.5 aria-pressed:border-warn aria-pressed:bg-warn-soft aria-pressed:text-warn aria-pressed:line-through"
              >
                {word}
              </button>
            ))}
          </div>
        </>
      ) : null}
      {item.marksPlaces ? <p className="mt-3 text-muted text-sm">{strings.markPlaces}</p> : null}
      <div className="relative mx-auto mt-3 aspect-square w-full max-w-[min(100%,45dvh)] overflow-hidden rounded-lg bg-sunken">
        <img
          src={imageAddress(item.imageTokens[place]!)}
          alt={imageName(strings, count, place)}
          draggable={false}
          className="size-full object-contain"
        />
        {item.marksPlaces ? (
          <>
            <div className="absolute inset-0 grid grid-cols-4 grid-rows-4">
              {Array.from({ length: gridCells * gridCells }, (_, cell) => {
                const [column, row] = [cell % gridCells, Math.floor(cell / gridCells)];
                return (
                  <button
                    key={`${column} ${row}`}
                    type="button"
                    aria-label={strings.markAt(column + 1, row + 1)}
                    onClick={(event) => {
                      const box = event.currentTarget.getBoundingClientRect();
                      // A key press has no place of its own: the middle of the cell.
                      const [x, y] =
                        event.detail === 0
                          ? [0.5, 0.5]
                          : [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
                      addPoint((column + x) / gridCells, (row + y) / gridCells);
                    }}
                    className="cursor-crosshair -outline-offset-2"
                  />
                );
              })}
            </div>
            {own.wrongPoints.map(({ x, y }, index) => (
              <button
                key={`${x} ${y}`}
                type="button"
                aria-label={strings.removeMark(index + 1)}
                onClick={() => change({ wrongPoints: own.wrongPoints.filter((_, at) => at !== index) })}
                style={{ left: `${100 * x}%`, top: `${100 * y}%` }}
                className="-translate-x-1/2 -translate-y-1/2 absolute grid size-7 place-items-center rounded-full border-2 border-surface bg-warn text-surface"
              >
                <X className="size-4" aria-hidden="true" />
              </button>
            ))}
          </>
        ) : null}
      </div>
      <button
        type="button"
        className="mt-4 flex min-h-13 items-center justify-center gap-2 rounded-md bg-accent px-4 py-2 font-medium text-on-accent"
        onClick={finish}
      >
        {strings.markDone}
        <kbd className="hidden rounded-sm border border-current px-1.5 font-mono text-xs with-keys:inline">
          Ctrl ⏎
        </kbd>
      </button>
    </section>
  );
}
