/** The people of a captioning desk, and how far each of them is. */
import { ActionButton } from "@/components/action-button";
import { Badge } from "@/components/badge";
import { DataTable } from "@/components/data-table";
import { formatCount } from "@/components/numbers";
import { Time } from "@/components/time";
import type { CaptionerRow, DeskDetail } from "@/lib/desks/get-desk";
import { removeCaptionerAction } from "../actions";

function stateOf(person: CaptionerRow) {
  if (person.isRemoved) return <Badge tone="danger">Removed</Badge>;
  if (person.joinedAt === null) return <Badge>Invited</Badge>;
  if (person.quota > 0 && person.done + person.skipped >= person.quota)
    return <Badge tone="good">Done</Badge>;
  return person.isHeld ? <Badge tone="accent">At work</Badge> : <Badge tone="warn">Away</Badge>;
}

export function PeopleTable({ desk }: { desk: DeskDetail }) {
  if (desk.people.length === 0) return <p className="text-muted">Nobody has joined yet.</p>;
  return (
    <DataTable
      caption="People"
      rows={desk.people}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "name",
          header: "Name",
          cell: (person) => (
            <>
              <span className="block min-w-24 font-semibold [overflow-wrap:anywhere]">{person.name}</span>
              <span className="block text-[0.8125rem] text-muted">
                no. {person.number}
                {person.hasOwnLink ? ", own link" : ""}
              </span>
            </>
          ),
        },
        { key: "state", header: "State", cell: stateOf },
        {
          key: "done",
          header: "Described",
          numeric: true,
          cell: (person) => `${formatCount(person.done)} of ${formatCount(person.quota)}`,
        },
        {
          key: "skipped",
          header: "Skipped",
          numeric: true,
          from: "sm",
          cell: (person) => formatCount(person.skipped),
        },
        {
          key: "drafts",
          header: "Drafts kept",
          numeric: true,
          from: "md",
          cell: (person) => `${formatCount(person.acceptedDrafts)} of ${formatCount(person.captions)}`,
        },
        {
          key: "last",
          header: "Last caption",
          from: "md",
          cell: (person) => (person.lastAt ? <Time at={person.lastAt.toISOString()} relative /> : "–"),
        },
        {
          key: "actions",
          header: "Actions",
          cell: (person) =>
            person.isRemoved || desk.state === "CLOSED" ? null : (
              <ActionButton
                label="Remove"
                size="sm"
                act={removeCaptionerAction.bind(null, { captionerId: person.id })}
                done={`${person.name} was removed`}
                confirm={{
                  title: `Remove ${person.name}?`,
                  text: "They can no longer caption, by their link or in their browser. Their captions stay, and what they have not described goes to others.",
                }}
              />
            ),
        },
      ]}
    />
  );
}
