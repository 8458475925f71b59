/** Captions that contradict their images, the clearest first; each can be corrected, kept, or its image excluded. */
import { ActionButton } from "@/components/action-button";
import { Image } from "@/components/image";
import { formatDecimals } from "@/components/numbers";
import { Pagination } from "@/components/pagination";
import type { DatasetAudits } from "@/lib/datasets/audit/get-audit";
import { listOpenContradictions, type OpenContradiction } from "@/lib/datasets/audit/open-contradictions";
import { reviseDataset } from "../../actions";
import { keepCaption } from "./actions";
import { CorrectionDialog } from "./correction-dialog";

const pageSize = 24;

export async function Contradictions({
  dataset,
  auditId,
  page,
}: {
  dataset: DatasetAudits["dataset"];
  auditId: string;
  page: number;
}) {
  const { contradictions, total } = await listOpenContradictions(auditId, { page, pageSize });
  if (total === 0) {
    return <p className="text-sm text-muted">No caption is left that contradicts its image.</p>;
  }
  return (
    <>
      <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
        {contradictions.map((each) => (
          <li key={`${each.captionId}/${each.attribute}`}>
            <Card dataset={dataset} contradiction={each} />
          </li>
        ))}
      </ul>
      <Pagination
        page={page}
        pageSize={pageSize}
        total={total}
        path={`/admin/datasets/${dataset.id}/audit`}
        noun={["caption", "captions"]}
      />
    </>
  );
}

function Card({
  dataset: { id: datasetId, captionLanguage },
  contradiction: { captionId, imageId, fileName, sha256, caption, attribute, asked, shown, margin },
}: {
  dataset: DatasetAudits["dataset"];
  contradiction: OpenContradiction;
}) {
  const reason = `Audit: says ${asked}, looks like ${shown}`;
  return (
    <article className="grid h-full grid-cols-[7rem_minmax(0,1fr)] gap-3 rounded-lg border bg-surface p-3">
      <Image sha256={sha256} alt={caption} lang={captionLanguage} fit="contain" />
      <div className="grid content-start gap-1.5 text-sm">
        <p>
          Says <strong>{asked}</strong>, looks like <strong>{shown}</strong>
        </p>
        <p lang={captionLanguage} className="caption-text">
          {caption}
        </p>
        <p className="numeric text-xs text-muted [overflow-wrap:anywhere]">
          {fileName}, margin {formatDecimals(margin, 3)}
        </p>
      </div>
      <div className="col-span-2 flex flex-wrap gap-2 self-end">
        <CorrectionDialog
          datasetId={datasetId}
          captionId={captionId}
          caption={caption}
          language={captionLanguage}
          reason={reason}
        />
        <ActionButton
          label="Keep"
          size="sm"
          act={keepCaption.bind(null, { datasetId, captionId, attribute })}
          done="Kept; audits no longer show it"
        />
        <ActionButton
          label="Exclude image"
          size="sm"
          act={reviseDataset.bind(null, { datasetId, reason, changes: { excluded: [imageId] } })}
          done="The image is excluded"
        />
      </div>
    </article>
  );
}
