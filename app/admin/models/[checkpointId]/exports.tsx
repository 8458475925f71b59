/** The files for other programs that a model can leave as. A worker makes them on request. */
import { Download } from "lucide-react";
import { ActionButton } from "@/components/action-button";
import { ButtonAnchor } from "@/components/button";
import { LiveRefresh } from "@/components/live-refresh";
import { formatBytes } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ProgressBar } from "@/components/progress-bar";
import { exportDays, listModelExports, type ModelExport } from "@/jobs/export-model/list-exports";
import { type ExportFormat, exportFormatNames, exportFormats } from "@/lib/checkpoints/export-formats";
import { CancelButton } from "../../entities/entity-buttons";
import { makeExport } from "../actions";

const isMoving = ({ state }: ModelExport) => state === "QUEUED" || state === "RUNNING";

/** @param adapterId of the adapter that was saved with the model */
export async function ModelExports({
  checkpointId,
  adapterId,
}: {
  checkpointId: string;
  adapterId: string | null;
}) {
  const exports = new Map((await listModelExports(checkpointId)).map((each) => [each.format, each] as const));
  return (
    <Section
      title="Files for other programs"
      text={`A worker makes them, with the model’s card. They can be downloaded for ${exportDays} days.`}
    >
      <Panel className="py-1 sm:py-1">
        <ul className="divide-y text-sm">
          {exportFormatNames.map((format) => (
            <ExportRow
              key={format}
              checkpointId={checkpointId}
              format={format}
              made={exports.get(format) ?? null}
            />
          ))}
          {adapterId ? <AdapterRow adapterId={adapterId} /> : null}
        </ul>
      </Panel>
      <LiveRefresh active={[...exports.values()].some(isMoving)} everyMs={2000} />
    </Section>
  );
}

function AdapterRow({ adapterId }: { adapterId: string }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="grid min-w-48 flex-1 gap-0.5">
        <span className="font-semibold">LoRA adapter</span>
        <span className="text-muted">Only the low-rank matrices, for peft, in one zip file.</span>
      </div>
      <ButtonAnchor
        size="sm"
        href={`/api/adapters/${adapterId}/peft.zip`}
        aria-label="Download the adapter for peft"
        icon={<Download className="size-4" aria-hidden="true" />}
      >
        Download
      </ButtonAnchor>
    </li>
  );
}

function ExportRow({
  checkpointId,
  format,
  made,
}: {
  checkpointId: string;
  format: ExportFormat;
  made: ModelExport | null;
}) {
  const { title, text } = exportFormats[format];
  const files = made?.files ?? [];
  const again = files.length > 0;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="grid min-w-48 flex-1 gap-0.5">
        <span className="font-semibold">{title}</span>
        <span className="text-muted">{text}</span>
        {made?.state === "FAILED" ? <span className="text-danger">{made.error}</span> : null}
        {made && isMoving(made) ? (
          <div className="mt-1 max-w-64">
            <ProgressBar
              value={made.state === "QUEUED" ? 0 : made.progress}
              label={`Export as ${title}`}
              text={made.state === "QUEUED" ? "Waiting for a worker" : `${Math.floor(100 * made.progress)}%`}
            />
          </div>
        ) : null}
      </div>
      <div className="flex flex-wrap gap-2">
        {files.map(({ name, bytes, sha256 }) => (
          <ButtonAnchor
            key={name}
            size="sm"
            href={`/api/models/${checkpointId}/exports/${sha256}`}
            aria-label={`Download ${name}, ${formatBytes(bytes)}`}
            icon={<Download className="size-4" aria-hidden="true" />}
          >
            {name.endsWith(".md") ? "Card" : formatBytes(bytes)}
          </ButtonAnchor>
        ))}
        {made && isMoving(made) ? (
          <CancelButton of={{ kind: "job", id: made.jobId, work: "export-model" }} size="sm" />
        ) : (
          <ActionButton
            label={again ? "Make again" : "Make"}
            name={`${again ? "Make again" : "Make"}: ${title}`}
            size="sm"
            act={makeExport.bind(null, { checkpointId, format })}
            done="It is waiting for a worker"
          />
        )}
      </div>
    </li>
  );
}
