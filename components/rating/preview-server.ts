/** Replaces a study's server in a preview: items come from memory, and answers are not stored. */
"use client";

import { raterQuestions } from "@/lib/questions/registry";
import type { LastAnswer, Lease } from "@/lib/rating/item/assigned-item";
import type { PreviewItem } from "@/lib/rating/preview/preview-study";
import type { Ending } from "@/lib/studies/design/endings";
import type { Answer } from "./given-answer";
import type { RaterServer } from "./rater-server";

export type PreviewServer = RaterServer & { lease(): Lease };

/**
 * @param previewed the training round first
 * @param completion what a rater who did everything takes along
 * @param minimumMs from an item being shown to its answer
 */
export function previewServer(
  studyId: string,
  previewed: readonly PreviewItem[],
  completion: Ending | null,
  minimumMs: number,
): PreviewServer {
  let left = previewed;
  let last: LastAnswer | null = null;
  const counts = { answered: 0, trained: 0 };
  const training = previewed.filter(({ item }) => item.isTraining).length;
  /** Skipped items are asked no more. */
  let skipped = 0;

  function lease(): Lease {
    const isTraining = left.some(({ item }) => item.isTraining);
    const open = left.filter(({ item }) => item.isTraining === isTraining);
    return {
      items: open.slice(0, 2).map(({ item }) => item),
      answered: counts.answered,
      asked: previewed.length - training - skipped,
      training: isTraining ? { answered: counts.trained, asked: training } : null,
      secondsPerAnswer: null,
      minimumMs,
      last,
      end: open.length === 0 ? "complete" : null,
      completion: open.length === 0 ? completion : null,
    };
  }

  function take(answer: Answer) {
    const given = previewed.find(({ item }) => item.assignmentId === answer.assignmentId)!;
    const isNew = left.includes(given);
    left = left.filter((each) => each !== given);
    const { item, expected, placement } = given;
    if (isNew) counts[item.isTraining ? "trained" : "answered"]++;
    last = item.isTraining
      ? null
      : { item, answer: answer.answer, marks: answer.marks, clientKey: answer.clientKey };
    if (!item.isTraining || !expected) return null;
    const { rightAnswers } = raterQuestions[item.questionType];
    const isRight = rightAnswers.isRight(answer.answer, expected, placement);
    return {
      isRight,
      expected: isRight ? answer.answer : rightAnswers.onScreen(answer.answer, expected, placement),
    };
  }

  return {
    lease,
    imageAddress: (token) => `/api/studies/${studyId}/preview/${token}`,
    openOutbox: (events) => ({
      pending: [],
      add(answer) {
        const feedback = take(answer);
        // As a reply would: after what led to it.
        queueMicrotask(() => events.onSettled?.(answer, { lease: lease(), feedback, refusal: null }));
      },
      send: async () => {},
      retryKept() {},
      removeKept() {},
      stop() {},
    }),
    fetchLease: async () => lease(),
    fetchDeviceCode: async () => null,
    async report({ assignmentId, skips }) {
      const reported = left.find(({ item }) => item.assignmentId === assignmentId);
      if (skips && reported) {
        left = left.filter((each) => each !== reported);
        if (!reported.item.isTraining) skipped++;
      }
      return lease();
    },
  };
}
