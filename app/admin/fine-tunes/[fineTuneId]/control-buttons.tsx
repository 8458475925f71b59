/** Buttons that act on a run while it trains. */
"use client";

import { ImagePlay, Pause, Save } from "lucide-react";
import { ActionButton } from "@/components/action-button";
import type { RunRequestKind } from "@/lib/fine-tunes/run-requests";
import { pause, request } from "./actions";

export function PauseButton({ fineTuneId }: { fineTuneId: string }) {
  return (
    <ActionButton
      label="Pause"
      done="Paused"
      icon={<Pause className="size-4" aria-hidden="true" />}
      act={pause.bind(null, fineTuneId)}
    />
  );
}

const requests = {
  SAVE: { label: "Save now", done: "The run saves after this step", Icon: Save },
  SAMPLE: { label: "Sample now", done: "The run draws previews after this step", Icon: ImagePlay },
} as const;

export function RequestButton({ fineTuneId, kind }: { fineTuneId: string; kind: RunRequestKind }) {
  const { label, done, Icon } = requests[kind];
  return (
    <ActionButton
      label={label}
      done={done}
      size="sm"
      icon={<Icon className="size-4" aria-hidden="true" />}
      act={request.bind(null, { fineTuneId, kind })}
    />
  );
}
