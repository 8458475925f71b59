/** The amount of work that a study asks of one person, shown before they begin. */
import { db } from "@/lib/platform/database/db";
import { qualityControl } from "@/lib/studies/design/quality-control";
import { secondsPerAnswer } from "../item/seconds-per-answer";

export type TaskSize = {
  /** Answers asked for at most, the training round included. */
  items: number;
  /** At the pace of those who have answered; null before anybody has. */
  minutes: number | null;
};

export async function describeTask(studyId: string): Promise<TaskSize> {
  const study = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    select: { itemsPerRater: true, qualityControl: true },
  });
  const regular = await db.item.count({ where: { studyId, kind: "REGULAR" } });
  const control = qualityControl.parse(study.qualityControl);
  const checks = control.goldItems + control.attentionChecks + control.repeats;
  const items = control.trainingItems + Math.min(study.itemsPerRater, regular + checks);
  const seconds = await secondsPerAnswer({ answered: 0, trained: 0, seconds: null }, studyId);
  return { items, minutes: seconds === null ? null : Math.max(1, Math.ceil((items * seconds) / 60)) };
}
