/** Feedback on a training answer, shown before the next item. */
"use client";

import { useEffect, useRef } from "react";
import type { RaterAnswer } from "@/lib/questions/question-types";
import { raterQuestions } from "@/lib/questions/registry";
import type { AssignedItem, TrainingFeedback } from "@/lib/rating/item/assigned-item";
import { imageName } from "./image-name";
import type { RaterStrings } from "./strings/rater-strings";
import type { Display } from "./use-display-settings";

export function TrainingNote({
  item,
  feedback,
  captionLanguage,
  display: { strings, settings },
  onGoOn,
}: {
  item: AssignedItem;
  /** Null until the server has answered. */
  feedback: TrainingFeedback | null;
  /** BCP 47. */
  captionLanguage: string;
  display: Display;
  onGoOn: () => void;
}) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (feedback) button.current?.focus();
  }, [feedback]);
  return (
    <>
      <div role="status">
        {feedback ? (
          <>
            <h1 className="font-serif text-3xl">
              {feedback.isRight ? strings.rightAnswer : strings.wrongAnswer}
            </h1>
            <blockquote
              lang={captionLanguage}
              dir="auto"
              className="caption-text mt-3"
              style={{ fontSize: `${1.125 * settings.captionScale}rem` }}
            >
              {item.caption}
            </blockquote>
            {feedback.isRight ? null : (
              <p className="mt-3">{strings.expected(answerText(feedback.expected, item, strings))}</p>
            )}
          </>
        ) : (
          <p>{strings.checking}</p>
        )}
      </div>
      {feedback ? (
        <button
          ref={button}
          type="button"
          onClick={onGoOn}
          className="mt-6 min-h-13 rounded-md bg-accent px-5 font-medium text-on-accent"
        >
          {strings.goOn}
        </button>
      ) : null}
    </>
  );
}

function answerText(answer: RaterAnswer, { imageTokens }: AssignedItem, strings: RaterStrings): string {
  const nameOf = (place: number) => imageName(strings, imageTokens.length, place);
  return raterQuestions[answer.type].screen.toText(answer, strings.answers[answer.type], nameOf);
}
