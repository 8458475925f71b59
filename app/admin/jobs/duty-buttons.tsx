/** Buttons that tell a worker to stop taking jobs, or to take them again. */
"use client";

import { ActionButton } from "@/components/action-button";
import type { WorkerDuty } from "@/lib/generated/prisma/enums";
import { setDuty } from "./actions";

const choices = {
  WORK: { label: "Resume", done: "The worker takes jobs again" },
  DRAIN: { label: "Drain", done: "The worker finishes its jobs and takes no new ones" },
  PAUSE: { label: "Pause", done: "The worker hands its jobs back" },
} as const;

/** @param workerId of the worker, which `name` tells from others to those who hear the page */
export function DutyButtons({ workerId, duty, name }: { workerId: string; duty: WorkerDuty; name: string }) {
  const offered = (["WORK", "DRAIN", "PAUSE"] as const).filter((each) => each !== duty);
  return (
    <fieldset className="flex flex-wrap gap-2" aria-label={`Worker ${name}`}>
      {offered.map((each) => (
        <ActionButton
          key={each}
          label={choices[each].label}
          done={choices[each].done}
          size="sm"
          act={setDuty.bind(null, { workerId, duty: each })}
        />
      ))}
    </fieldset>
  );
}

/** For a worker that has ended, drained or paused. */
export function ResumeStoppedButton({ workerId, name }: { workerId: string; name: string }) {
  return (
    <fieldset aria-label={`Stopped worker ${name}`}>
      <ActionButton
        label="Resume"
        done="The worker takes jobs once it is started"
        size="sm"
        act={setDuty.bind(null, { workerId, duty: "WORK" })}
      />
    </fieldset>
  );
}
