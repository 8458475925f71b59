import { expect, test } from "vitest";
import type { Reply } from "@/components/rating/answer-outbox";
import type { Answer } from "@/components/rating/given-answer";
import { previewServer } from "@/components/rating/preview-server";
import type { PreviewItem } from "@/lib/rating/preview/preview-study";

function preview(name: string, isTraining = false): PreviewItem {
  return {
    item: {
      assignmentId: name,
      caption: name,
      criterionKey: "caption-similarity",
      question: "Which?",
      questionType: "pair",
      imageTokens: ["a", "b"],
      marksWords: false,
      marksPlaces: false,
      isTraining,
    },
    expected: isTraining ? { type: "best", position: 0 } : null,
    placement: [1, 0],
  };
}

const left = (assignmentId: string): Answer => ({
  assignmentId,
  answer: { type: "pair", winner: "left" },
  marks: [],
  clientKey: `key of ${assignmentId}`,
  latencyMs: 1,
  viewportPx: "",
  inputKind: "",
});

test("a preview goes through training, items, a skipped item and a revision as a study does, and ends with its code", async () => {
  const code = { code: "DONE", url: null };
  const server = previewServer(
    "study",
    [preview("t", true), preview("1"), preview("2"), preview("3")],
    code,
    0,
  );
  const replies: Reply[] = [];
  const box = server.openOutbox({ onChange() {}, onSettled: (_, reply) => void replies.push(reply) });
  const ids = () => server.lease().items.map(({ assignmentId }) => assignmentId);

  expect(server.lease()).toMatchObject({ training: { answered: 0, asked: 1 }, answered: 0, asked: 3 });
  expect(ids()).toEqual(["t"]);
  box.add(left("t"));
  await Promise.resolve();
  expect(replies[0]).toMatchObject({
    feedback: { isRight: false, expected: { type: "pair", winner: "right" } },
    lease: { training: null, last: null, items: [{ assignmentId: "1" }, { assignmentId: "2" }] },
  });

  box.add(left("1"));
  box.add({ ...left("1"), revises: "key of 1", clientKey: "again" });
  expect(server.lease()).toMatchObject({ answered: 1, asked: 3, last: { clientKey: "again" } });
  const skipped = await server.report({ assignmentId: "2", reason: "image", skips: true });
  expect(skipped).toMatchObject({ answered: 1, asked: 2, items: [{ assignmentId: "3" }] });
  expect(await server.report({ assignmentId: "3", reason: "image", skips: false })).toMatchObject({
    items: [{ assignmentId: "3" }],
  });
  box.add(left("3"));
  expect(server.lease()).toMatchObject({
    answered: 2,
    asked: 2,
    items: [],
    end: "complete",
    completion: code,
  });
});
