/** A study's personal invitations: how many were used, and what became of each. */
import { ActionButton } from "@/components/action-button";
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { Pagination } from "@/components/pagination";
import { Time } from "@/components/time";
import {
  type InvitationRow,
  type InvitationState,
  listInvitations,
} from "@/lib/rating/admission/invitations";
import { revokeInvitationAction } from "../../actions";
import { InvitationDialog } from "./invitation-dialog";

const perPage = 20;

const stateTexts: Record<InvitationState, string> = {
  unused: "Unused",
  joined: "Joined",
  done: "Done",
  revoked: "Revoked",
};

const columns: Column<InvitationRow>[] = [
  { key: "number", header: "No.", numeric: true, cell: ({ number }) => number },
  {
    key: "label",
    header: "For",
    cell: ({ label }) => <span className="[overflow-wrap:anywhere]">{label || "—"}</span>,
  },
  {
    key: "state",
    header: "State",
    cell: ({ state }) => (
      <Badge tone={state === "done" ? "good" : state === "revoked" ? "warn" : "neutral"}>
        {stateTexts[state]}
      </Badge>
    ),
  },
  {
    key: "joined",
    header: "Joined",
    from: "md",
    cell: ({ joinedAt }) => (joinedAt ? <Time at={joinedAt.toISOString()} relative /> : "—"),
  },
  { key: "answers", header: "Answers", numeric: true, from: "sm", cell: ({ answers }) => answers },
  {
    key: "revoke",
    header: "Revoke",
    cell: ({ id, number, state }) =>
      state === "revoked" ? null : (
        <ActionButton
          label="Revoke"
          size="sm"
          act={revokeInvitationAction.bind(null, id)}
          confirm={{
            title: `Revoke invitation ${number}?`,
            text: "Its link admits nobody any more. A rater who has joined with it can continue in their browser; exclude them to stop that.",
          }}
        />
      ),
  },
];

export async function InvitationsPart({
  studyId,
  link,
  page,
  isOpen,
}: {
  studyId: string;
  link: string;
  page: number;
  isOpen: boolean;
}) {
  const { invitations, counts, total } = await listInvitations(studyId, { page, pageSize: perPage });
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted">
          {total === 0
            ? `No invitations yet.${isOpen ? " Nobody can join." : ""}`
            : `${counts.unused} unused, ${counts.joined} joined, ${counts.done} done, ${counts.revoked} revoked.${isOpen ? "" : " They work while the study is open."}`}
        </p>
        <InvitationDialog studyId={studyId} link={link} />
      </div>
      {total > 0 ? (
        <>
          <DataTable caption="Invitations" columns={columns} rows={invitations} rowKey={({ id }) => id} />
          <Pagination
            page={page}
            pageSize={perPage}
            total={total}
            path={`/admin/studies/${studyId}`}
            query={{}}
            parameter="invitations"
            noun={["invitation", "invitations"]}
          />
        </>
      ) : null}
    </div>
  );
}
