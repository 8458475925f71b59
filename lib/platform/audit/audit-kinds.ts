/** Everything that the audit log records: a new kind is one entry here, with the words that the page shows. */
import { counted } from "@/lib/text/counted";

export type AuditDetail = Readonly<Record<string, unknown>>;

/** What an entry is about, with its name at that time. */
export type AuditSubject = { kind: SubjectKind; id: string; name?: string };

export const subjectKinds = {
  account: "Account",
  dataset: "Dataset",
  desk: "Captioning desk",
  model: "Model",
  adapter: "Adapter",
  "fine-tune": "Fine-tune",
  "sample-set": "Sample set",
  "guidance-comparison": "Comparison of guidances",
  "mask-set": "Set of masks",
  evaluation: "Evaluation",
  network: "Network",
  study: "Study",
  rater: "Rater",
  job: "Job",
  worker: "Worker",
  file: "File",
  installation: "Installation",
} as const;

export type SubjectKind = keyof typeof subjectKinds;

type Kind = {
  /** What the list of kinds on the page calls it. */
  readonly label: string;
  /** A sentence without its full stop. @param subject the subject's name in quotation marks, or enough of its id */
  readonly says: (detail: AuditDetail, subject: string) => string;
};

const count = (value: unknown, one: string, many: string) => counted(value as number, one, many);
const lower = (value: unknown) => String(value).toLowerCase();
/** Enough of an id to tell it from others on a page. */
const short = (id: unknown) => String(id).slice(-6);
const by = (detail: AuditDetail) => (detail.by === "link" ? "with a sign-in link" : "with a password");
const reason = (detail: AuditDetail) => (detail.reason ? `: ${detail.reason}` : "");

export const auditKinds = {
  "user.first-created": {
    label: "First administrator created",
    says: () => "Created the first administrator",
  },
  "user.invited": {
    label: "Account invited",
    says: (d) => `Invited ${d.name} (${d.email}) as ${lower(d.role)}`,
  },
  "user.role-changed": {
    label: "Role changed",
    says: (d) => `Changed the role of ${d.email} from ${lower(d.from)} to ${lower(d.to)}`,
  },
  "user.disabled": { label: "Account disabled", says: (d) => `Disabled the account of ${d.email}` },
  "user.enabled": { label: "Account enabled", says: (d) => `Enabled the account of ${d.email} again` },
  "user.changed": {
    label: "Name or e-mail changed",
    says: (_, subject) => `Changed name or e-mail address of the account ${subject}`,
  },
  "user.password-changed": {
    label: "Password changed",
    says: (_, subject) => `Changed the password of ${subject}`,
  },
  "user.sign-in-link-made": {
    label: "Sign-in link made",
    says: (d) => `Made a sign-in link for ${d.email}`,
  },
  "user.signed-in": { label: "Signed in", says: (d) => `Signed in ${by(d)}` },
  "user.sign-in-failed": {
    label: "Sign-in failed",
    says: (d) => `Failed to sign in ${by(d)}${reason(d)}`,
  },
  "user.signed-out": { label: "Signed out", says: () => "Signed out" },
  "user.session-ended": { label: "Other browser signed out", says: () => "Signed out of another browser" },
  "user.signed-out-everywhere": { label: "Signed out everywhere", says: () => "Signed out everywhere" },
  "user.guide-closed": { label: "Guide closed", says: () => "Closed the guide of the first visit" },
  "file.uploaded": {
    label: "File uploaded",
    says: (d) => `Uploaded a file of ${d.sizeBytes} bytes (SHA-256 ${String(d.sha256).slice(0, 12)}…)`,
  },
  "dataset.import-started": {
    label: "Dataset import started",
    says: (_, subject) => `Started the import of ${subject}`,
  },
  "dataset.captions-listed": {
    label: "List of captions saved",
    says: (d, subject) => `Saved ${count(d.captions, "caption", "captions")} as ${subject}`,
  },
  "dataset.language-changed": {
    label: "Caption language changed",
    says: (d, subject) => `Changed the caption language of ${subject} from ${d.from} to ${d.to}`,
  },
  "dataset.exported": {
    label: "Dataset exported",
    says: (d, subject) => `Exported ${count(d.images, "image", "images")} of ${subject} as ${d.layout}`,
  },
  "dataset.comparison-started": {
    label: "Search for near duplicates started",
    says: (_, subject) => `Started looking for near duplicates in ${subject}`,
  },
  "dataset.revised": {
    label: "Dataset changed",
    says: (d, subject) => `Changed ${subject} to revision ${d.revision}: ${d.changes}`,
  },
  "dataset.audit-started": {
    label: "Dataset audit started",
    says: (_, subject) => `Started an audit of ${subject}`,
  },
  "dataset.word-lists-saved": {
    label: "Word lists saved",
    says: (d, subject) => `Saved version ${d.version} of the word lists of ${subject}`,
  },
  "dataset.contradiction-kept": {
    label: "Contradiction kept",
    says: (d, subject) =>
      `Kept the caption “${d.caption}” of ${subject}, which seemed wrong by ${d.attribute}`,
  },
  "dataset.deleted": { label: "Dataset deleted", says: (_, subject) => `Deleted the dataset ${subject}` },
  "desk.opened": {
    label: "Captioning desk opened",
    says: (d, subject) => `Opened the captioning desk ${subject} with ${count(d.images, "image", "images")}`,
  },
  "desk.closed": {
    label: "Captioning desk closed",
    says: (_, subject) => `Closed the captioning desk ${subject}`,
  },
  "desk.deleted": {
    label: "Captioning desk deleted",
    says: (d, subject) =>
      `Deleted the captioning desk ${subject} with ${count(d.captions, "caption", "captions")}`,
  },
  "desk.links-made": {
    label: "Personal links made",
    says: (d, subject) =>
      `Made ${count(d.count, "personal link", "personal links")} to the captioning desk ${subject}`,
  },
  "desk.captioner-removed": {
    label: "Captioner removed",
    says: (d, subject) => `Removed person ${d.number} from the captioning desk ${subject}`,
  },
  "desk.drafts-started": {
    label: "Drafts of captions started",
    says: (d, subject) => `Had ${d.model} draft captions for the captioning desk ${subject}`,
  },
  "desk.reviewed": {
    label: "Captions reviewed",
    says: (d, subject) =>
      `${d.verdict === "ACCEPTED" ? "Accepted" : d.verdict === "REJECTED" ? "Rejected" : "Reopened"} ${count(d.captions, "caption", "captions")} of the captioning desk ${subject}`,
  },
  "desk.caption-corrected": {
    label: "Caption corrected",
    says: (_, subject) => `Corrected a caption of the captioning desk ${subject}`,
  },
  "desk.adopted": {
    label: "Captions put into the dataset",
    says: (d, subject) =>
      `Put ${count(d.captions, "caption", "captions")} of the captioning desk ${subject} into its dataset`,
  },
  "desk.exported": {
    label: "Captions exported",
    says: (_, subject) => `Exported the captions of the captioning desk ${subject}`,
  },
  "captioner.joined": {
    label: "Captioner joined",
    says: (d, subject) => `Joined the captioning desk ${subject} as captioner ${short(d.captionerId)}`,
  },
  "model.registered": { label: "Model registered", says: (_, subject) => `Registered the model ${subject}` },
  "model.deleted": { label: "Model deleted", says: (_, subject) => `Deleted the model ${subject}` },
  "model.exported": {
    label: "Model exported",
    says: (d, subject) => `Had the model ${subject} exported as ${d.format}`,
  },
  "adapter.registered": {
    label: "Adapter registered",
    says: (_, subject) => `Registered the adapter ${subject}`,
  },
  "adapter.merge-started": {
    label: "Merge started",
    says: (d, subject) => `Had adapters merged into ${subject} as “${d.name}”`,
  },
  "adapter.exported": {
    label: "Adapter exported",
    says: (_, subject) => `Exported the adapter ${subject} for peft`,
  },
  "adapter.deleted": { label: "Adapter deleted", says: (_, subject) => `Deleted the adapter ${subject}` },
  "fine-tune.started": {
    label: "Fine-tune started",
    says: (_, subject) => `Started the fine-tune ${subject}`,
  },
  "fine-tune.noted": {
    label: "Tags and notes saved",
    says: (_, subject) => `Changed tags or notes of the fine-tune ${subject}`,
  },
  "fine-tune.archived": {
    label: "Fine-tune archived",
    says: (_, subject) => `Archived the fine-tune ${subject}`,
  },
  "fine-tune.restored": {
    label: "Fine-tune restored",
    says: (_, subject) => `Put the fine-tune ${subject} back into the list`,
  },
  "fine-tune.estimated": {
    label: "Fine-tune estimated",
    says: (_, subject) => `Had a fine-tune on ${subject} tried for its time and memory`,
  },
  "fine-tune.save-requested": {
    label: "Saving requested",
    says: (_, subject) => `Asked the fine-tune ${subject} to save its weights`,
  },
  "fine-tune.sample-requested": {
    label: "Previews requested",
    says: (_, subject) => `Asked the fine-tune ${subject} for previews`,
  },
  "fine-tune.deleted": {
    label: "Fine-tune deleted",
    says: (_, subject) => `Deleted the fine-tune ${subject}`,
  },
  "sample-set.started": {
    label: "Sample set started",
    says: (_, subject) => `Started drawing the sample set ${subject}`,
  },
  "sample-set.import-started": {
    label: "Sample import started",
    says: (_, subject) => `Started the import of images as the sample set ${subject}`,
  },
  "sample-set.extended": {
    label: "Sample set extended",
    says: (d, subject) =>
      `Extended the sample set ${subject} from ${d.from} to ${count(d.to, "image", "images")}`,
  },
  "sample-set.exported": {
    label: "Sample set exported",
    says: (d, subject) => `Exported ${count(d.images, "image", "images")} of ${subject} as ${d.layout}`,
  },
  "sample-set.deleted": {
    label: "Sample set deleted",
    says: (_, subject) => `Deleted the sample set ${subject}`,
  },
  "mask-set.import-started": {
    label: "Mask import started",
    says: (_, subject) => `Started the import of masks as ${subject}`,
  },
  "mask-set.deleted": { label: "Masks deleted", says: (_, subject) => `Deleted the masks ${subject}` },
  "guidance-comparison.started": {
    label: "Comparison of guidances started",
    says: (d, subject) => `Started comparing ${count(d.settings, "guidance", "guidances")} as ${subject}`,
  },
  "guidance-comparison.deleted": {
    label: "Comparison of guidances deleted",
    says: (_, subject) => `Deleted the comparison of guidances ${subject}`,
  },
  "sample.drawn": { label: "Own caption drawn", says: (d) => `Had the caption “${d.caption}” drawn` },
  "evaluation.started": {
    label: "Evaluation started",
    says: (_, subject) => `Started an evaluation of ${subject}`,
  },
  "evaluation.deleted": {
    label: "Evaluation deleted",
    says: (_, subject) => `Deleted an evaluation of ${subject}`,
  },
  "network.download-started": {
    label: "Network download started",
    says: (_, subject) => `Started the download of ${subject}`,
  },
  "study.imported": {
    label: "Ratings imported",
    says: (d, subject) =>
      `Imported ${count(d.answers, "answer", "answers")} from ${d.fileName} as ${subject}`,
  },
  "study.metrics-attached": {
    label: "Metrics attached",
    says: (d, subject) =>
      `Attached ${count(d.metrics, "metric", "metrics")} from ${d.fileName} to ${subject}`,
  },
  "study.created": { label: "Study created", says: (_, subject) => `Created ${subject}` },
  "study.changed": { label: "Draft changed", says: (_, subject) => `Changed the draft of ${subject}` },
  "study.deleted": {
    label: "Study deleted",
    says: (d, subject) => `Deleted ${d.isImported ? "the imported answers" : "the draft"} of ${subject}`,
  },
  "study.opening-started": {
    label: "Opening started",
    says: (d, subject) => `Started opening ${subject}${d.isPilot ? " as a pilot" : ""}`,
  },
  "study.opened": {
    label: "Study opened",
    says: (d, subject) =>
      `Opened ${subject}${d.isPilot ? " as a pilot" : ""} with ${count(d.itemCount, "item", "items")}`,
  },
  "study.pilot-ended": {
    label: "Pilot ended",
    says: (d, subject) =>
      `Ended the pilot of ${subject} and deleted ${count(d.answers, "answer", "answers")} of ${count(d.raters, "rater", "raters")}; the study ${d.next === "start" ? "started" : "is a draft again"}`,
  },
  "study.closed": { label: "Study closed", says: (_, subject) => `Closed ${subject}` },
  "study.stopped-early": {
    label: "Stop rule met",
    says: (_, subject) => `${subject} met its stop rule and closed`,
  },
  "study.timestamped": {
    label: "Timestamp attached",
    says: (d, subject) => `Attached a timestamp of ${d.at} to the registration of ${subject}`,
  },
  "study.exported": {
    label: "Results exported",
    says: (d, subject) => `Exported ${d.file} of ${subject}`,
  },
  "study.access-changed": {
    label: "Access of raters changed",
    says: (_, subject) => `Changed who can take part in ${subject}`,
  },
  "study.invitations-made": {
    label: "Invitations made",
    says: (d, subject) => `Made ${count(d.count, "invitation", "invitations")} to ${subject}`,
  },
  "study.invitation-revoked": {
    label: "Invitation revoked",
    says: (d, subject) => `Revoked invitation ${d.number} to ${subject}`,
  },
  "study.signing-key-renewed": {
    label: "Key for signed ids renewed",
    says: (_, subject) => `Renewed the key for signed ids of ${subject}`,
  },
  "rater.id-released": {
    label: "Rater’s id released",
    says: (d, subject) => `Let rater ${short(d.raterId)} continue in ${subject} on another device`,
  },
  "rater.joined": {
    label: "Rater joined",
    says: (d, subject) => `Joined ${subject} as rater ${short(d.raterId)}`,
  },
  "rater.excluded": {
    label: "Rater excluded",
    says: (d, subject) => `Excluded rater ${short(d.raterId)} from ${subject}: ${d.reason}`,
  },
  "rater.reinstated": {
    label: "Rater reinstated",
    says: (d, subject) => `Reinstated rater ${short(d.raterId)} in ${subject}`,
  },
  "job.cancelled": { label: "Job cancelled", says: (_, subject) => `Cancelled the job ${subject}` },
  "worker.drained": { label: "Worker drained", says: (_, subject) => `Drained the worker ${subject}` },
  "worker.paused": { label: "Worker paused", says: (_, subject) => `Paused the worker ${subject}` },
  "worker.resumed": {
    label: "Worker resumed",
    says: (_, subject) => `Let the worker ${subject} take jobs again`,
  },
  "job.moved": { label: "Job moved", says: (d, subject) => `Moved the job ${subject} ${d.to} in the queue` },
  "job.paused": { label: "Job paused", says: (_, subject) => `Paused the job ${subject}` },
  "job.resumed": { label: "Job resumed", says: (_, subject) => `Resumed the job ${subject}` },
  "job.retried": { label: "Job retried", says: (_, subject) => `Retried the job ${subject}` },
  "job.finished": { label: "Job finished", says: (_, subject) => `The job ${subject} finished` },
  "job.failed": { label: "Job failed", says: (d, subject) => `The job ${subject} failed${reason(d)}` },
  "demo.installed": { label: "Demo installed", says: () => "Installed the demo" },
  "demo.removed": { label: "Demo removed", says: () => "Removed the demo" },
  "files.swept": {
    label: "Unused files removed",
    says: (d) =>
      `Removed ${count(d.files, "file", "files")} that nothing needed and ${count(d.temporaryFiles, "temporary file", "temporary files")}`,
  },
  "database.migrated": {
    label: "Database updated",
    says: (d) => `Updated the database for version ${d.version}`,
  },
  "backup.made": { label: "Backup made", says: () => "Made a backup of the data folder" },
  "audit.exported": {
    label: "Audit log exported",
    says: (d) => `Exported ${count(d.entries, "audit entry", "audit entries")}`,
  },
} as const satisfies Record<string, Kind>;

export type AuditKind = keyof typeof auditKinds;

/** Of an entry that a later version may have written: its kind as it is stored. */
export function auditText(action: string, detail: AuditDetail, subject: string): string {
  const kind = (auditKinds as Record<string, Kind>)[action];
  return kind ? kind.says(detail, subject) : action;
}
