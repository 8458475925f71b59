/** The votes of a study: with what statistics need to know of them, or with all that a release of the data holds. */
import type { Categories } from "@/lib/datasets/caption-formats/categories";
import { Prisma } from "@/lib/generated/prisma/client";
import { streamRows } from "@/lib/platform/database/stream-rows";
import type { ArmAnswer } from "@/lib/questions/question-types";
import {
  type ImageMarks,
  imageMarks,
  type RaterAnswer,
  raterAnswer,
  toArmAnswer,
} from "@/lib/questions/rater-answer";
import type { RepeatAgreement } from "@/lib/rating/checks/repeat-agreement";
import { kept, readVotedItems, readVotingRaters, type VotedItem, type VotingRater } from "./voted-items";

/** An answer as results count it. Marks and hashes are in places from left to right. */
export type CountedVote = ArmAnswer & {
  criterion: string;
  marks: readonly ImageMarks[];
  /** Null where an imported file does not say. */
  latencyMs: number | null;
  /** Empty in imported studies, which have no images. */
  imageSha256s: readonly string[];
  /** Whether the rater is excluded from the study. */
  isExcluded: boolean;
  exclusionReason: string | null;
  /** Excluded by one of the study's checks, not by a person. */
  isExcludedByCheck: boolean;
  /** Whether the answers of its rater look careless; false until `markFlagged` has judged. */
  isFlagged: boolean;
  /** Checks of this rater in the study that were answered, and those answered wrongly. */
  checks: number;
  failedChecks: number;
  /** Of its caption; none in imported studies. */
  categories: Categories;
  /** How far this rater agreed with themselves on items that they were given twice; null without any. */
  repeated: RepeatAgreement | null;
};

/** A vote with how and when it was given. */
export type RecordedVote = CountedVote & {
  /** Id of the lease under which it was given. */
  leaseId: string;
  viewportPx: string;
  inputKind: string;
  leasedAt: Date;
  answeredAt: Date;
  revision: number;
  revisedAt: Date | null;
};

/**
 * All votes of a criterion in the order of their answers: answers to regular items, without the repeats that only
 * measure a rater's consistency. Excluded raters' votes are among them, and say so. Raters appear under pseudonyms
 * that are stable within the study and cannot be traced to their ids without the study's invite token.
 */
export async function listVotes(studyId: string, criterion: string): Promise<CountedVote[]> {
  const more = Prisma.sql`, date_part('epoch', r."createdAt"), a.id`;
  const statement = votesOf(studyId, criterion, more);
  return readInOrder<TimedRow, CountedVote>(statement, () => voteReader(studyId, criterion));
}

/** The same of all criteria, with all that is known of them. */
export async function listRecordedVotes(studyId: string): Promise<RecordedVote[]> {
  const statement = votesOf(studyId, undefined, recordedColumns);
  return readInOrder<RecordedRow, RecordedVote>(statement, () => recordReader(studyId, undefined));
}

/**
 * The same in batches, for which PostgreSQL sorts them.
 *
 * @param criterion key of one criterion; all criteria where absent
 * @param meanwhile done while the database looks for the first ones
 */
export async function* streamVotes(
  studyId: string,
  criterion?: string,
  meanwhile?: () => Promise<void>,
): AsyncGenerator<RecordedVote[], void, undefined> {
  let toVote!: VoteReader<RecordedRow, RecordedVote>;
  const getReady = async () => {
    toVote = await recordReader(studyId, criterion);
    await meanwhile?.();
  };
  const order = Prisma.sql`ORDER BY r."createdAt", a.id`;
  const statement = votesOf(studyId, criterion, recordedColumns, order);
  for await (const rows of streamRows<RecordedRow>(statement, getReady)) {
    yield rows.flatMap((row) => toVote(row) ?? []);
  }
}

/** Sorted here: PostgreSQL would sort before it hands out the first, while nothing is done with them. */
async function readInOrder<Row extends TimedRow, Vote>(
  statement: Prisma.Sql,
  openReader: () => Promise<VoteReader<Row, Vote>>,
): Promise<Vote[]> {
  let toVote!: VoteReader<Row, Vote>;
  const getReady = async () => {
    toVote = await openReader();
  };
  const votes: Vote[] = [];
  const times: number[] = [];
  const ids: string[] = [];
  for await (const rows of streamRows<Row>(statement, getReady)) {
    for (const row of rows) {
      const vote = toVote(row);
      if (vote === null) continue;
      votes.push(vote);
      times.push(row[6]);
      ids.push(row[7]);
    }
  }
  const order = [...votes.keys()].sort((a, b) => times[a]! - times[b]! || (ids[a]! < ids[b]! ? -1 : 1));
  return order.map((index) => votes[index]!);
}

/** As the database has a vote: item and rater by id, the rest as text. */
type VoteColumns = readonly [
  itemId: string,
  raterId: string,
  answer: string,
  marks: string | null,
  placement: string,
  latencyMs: number | null,
];
type CountedRow = readonly [...VoteColumns, ...more: readonly unknown[]];
/** The time of its answer is in any unit. */
type TimedRow = readonly [...VoteColumns, answered: number, leaseId: string, ...more: readonly unknown[]];
type RecordedRow = readonly [
  ...VoteColumns,
  answeredMs: number,
  leaseId: string,
  leasedMs: number,
  viewportPx: string,
  inputKind: string,
  revision: number,
  revisedMs: number | null,
];

const recordedColumns = Prisma.sql`, (1000 * extract(epoch FROM r."createdAt"))::float8, a.id,
  (1000 * extract(epoch FROM a."leasedAt"))::float8, r."viewportPx", r."inputKind",
  r.revision, (1000 * extract(epoch FROM r."revisedAt"))::float8`;

function votesOf(
  studyId: string,
  criterion: string | undefined,
  more: Prisma.Sql,
  order: Prisma.Sql = Prisma.empty,
): Prisma.Sql {
  const ofCriterion =
    criterion === undefined
      ? Prisma.empty
      : Prisma.sql`AND i."criterionId" = (SELECT id FROM "Criterion" WHERE "studyId" = ${studyId}::uuid AND key = ${criterion})`;
  return Prisma.sql`
    SELECT a."itemId", a."raterId", r.answer::text, r.marks::text, a.placement::text, r."latencyMs" ${more}
    FROM "Item" i JOIN "Assignment" a ON a."itemId" = i.id JOIN "Rating" r ON r."assignmentId" = a.id
    WHERE i."studyId" = ${studyId}::uuid AND i.kind = 'REGULAR' AND NOT a."isRepeat" ${ofCriterion} ${order}`;
}

const noMarks: readonly ImageMarks[] = [];

/** Null for a vote on an item, or by a rater, that was added since the reading began. */
type VoteReader<Row, Vote> = (row: Row) => Vote | null;

/** What votes share is in memory once. */
async function voteReader(
  studyId: string,
  criterion: string | undefined,
): Promise<VoteReader<CountedRow, CountedVote>> {
  const [items, raters] = await Promise.all([readVotedItems(studyId, criterion), readVotingRaters(studyId)]);
  // Most questions have few answers.
  const answers = new Map<string, RaterAnswer>();
  return ([itemId, raterId, answer, marks, placement, latencyMs]) => {
    const item = items.get(itemId);
    const known = raters.get(raterId);
    if (!item || !known) return null;
    const given = kept(answers, answer, (text) => raterAnswer.parse(JSON.parse(text)));
    return toVote(item, known, given, placement, {
      marks: marks === null ? noMarks : imageMarks.array().parse(JSON.parse(marks)),
      latencyMs,
    });
  };
}

async function recordReader(
  studyId: string,
  criterion: string | undefined,
): Promise<VoteReader<RecordedRow, RecordedVote>> {
  const toVote = await voteReader(studyId, criterion);
  return (row) => {
    const vote = toVote(row);
    if (vote === null) return null;
    const [, , , , , , answeredMs, leaseId, leasedMs, viewportPx, inputKind, revision, revisedMs] = row;
    return {
      leaseId,
      viewportPx,
      inputKind,
      leasedAt: new Date(leasedMs),
      answeredAt: new Date(answeredMs),
      revision,
      revisedAt: revisedMs === null ? null : new Date(revisedMs),
      ...vote,
    };
  };
}

/** The answer is spread last: V8 copies it as a whole then, and takes a hundred times as long for what would follow it. */
function toVote(
  { criterion, caption, name, categories, placed }: VotedItem,
  known: VotingRater,
  answer: RaterAnswer,
  placement: string,
  { marks, latencyMs }: Pick<CountedVote, "marks" | "latencyMs">,
): CountedVote {
  const { shown, imageSha256s } = placed(placement);
  const { rater } = known;
  return {
    criterion,
    marks,
    latencyMs,
    imageSha256s,
    isExcluded: known.isExcluded,
    exclusionReason: known.exclusionReason,
    isExcludedByCheck: known.isExcludedByCheck,
    isFlagged: false,
    checks: known.checks,
    failedChecks: known.failedChecks,
    categories,
    repeated: known.repeated,
    ...toArmAnswer(answer, name === null ? { caption, rater, shown } : { caption, rater, shown, item: name }),
  };
}
