/** Chooses audit entries by kind, actor, subject and day; the address says what is shown. */
import { buttonClass } from "@/components/button-class";
import { SelectField, TextField } from "@/components/field";
import { auditKinds } from "@/lib/platform/audit/audit-kinds";
import type { auditFields } from "@/lib/platform/audit/audit-selection";

type Values = Partial<Record<(typeof auditFields)[number], string | undefined>>;

/** The first parts of kinds. */
const areas: Record<string, string> = {
  user: "Accounts: all",
  dataset: "Datasets: all",
  model: "Models: all",
  "fine-tune": "Fine-tunes: all",
  "sample-set": "Sample sets: all",
  evaluation: "Evaluations: all",
  network: "Networks: all",
  study: "Studies: all",
  rater: "Raters: all",
  job: "Jobs: all",
};

export function AuditFilter({ values, exportHref }: { values: Values; exportHref: string }) {
  return (
    <form
      method="get"
      action="/admin/settings/audit"
      className="grid grid-cols-2 items-end gap-x-3 gap-y-4 lg:grid-cols-3"
    >
      <div className="col-span-2 lg:col-span-1">
        <SelectField label="Kind" name="kind" defaultValue={values.kind ?? ""}>
          <option value="">All</option>
          {Object.entries(areas).map(([area, label]) => (
            <option key={area} value={area}>
              {label}
            </option>
          ))}
          {Object.entries(auditKinds).map(([kind, { label }]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <TextField label="Actor contains" name="actor" defaultValue={values.actor ?? ""} />
      <TextField label="Subject contains, or its id" name="subject" defaultValue={values.subject ?? ""} />
      <TextField label="From (UTC)" name="from" type="date" defaultValue={values.from ?? ""} />
      <TextField label="To (UTC)" name="to" type="date" defaultValue={values.to ?? ""} />
      <div className="col-span-2 flex flex-wrap gap-2 lg:col-span-1">
        <button type="submit" className={buttonClass("primary")}>
          Filter
        </button>
        <a href={exportHref} className={buttonClass("secondary")} download>
          Export CSV
        </a>
      </div>
    </form>
  );
}
