/** Makes personal invitations and hands over their links, which nobody can be shown again. */
"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { number, orNull } from "@/components/form/codecs";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormNumberField, FormTextArea } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { LinksMadeOnce, quoted } from "@/components/links-made-once";
import { invitationRequest } from "@/lib/rating/admission/invitation-fields";
import type { MadeInvitation } from "@/lib/rating/admission/invitations";
import { makeInvitationsAction } from "../../actions";

export function InvitationDialog({ studyId, link }: { studyId: string; link: string }) {
  return (
    <Dialog
      trigger={<Button icon={<UserPlus className="size-4" aria-hidden="true" />}>Make invitations</Button>}
      title="Make invitations"
      text="Each link admits one person, who can use it until they have finished, on any device."
    >
      {(close) => <Maker studyId={studyId} link={link} close={close} />}
    </Dialog>
  );
}

function Maker({ studyId, link, close }: { studyId: string; link: string; close: () => void }) {
  const router = useRouter();
  const [made, setMade] = useState<MadeInvitation[] | null>(null);
  const form = useActionForm({
    schema: invitationRequest,
    defaultValues: { studyId, count: 10, labels: "" },
    submit: makeInvitationsAction,
    onSuccess: (invitations) => {
      setMade(invitations);
      router.refresh();
    },
  });
  if (made) return <Made made={made} link={link} close={close} />;
  return (
    <form {...form.element} className="grid gap-5">
      <FormNumberField
        codec={orNull(number)}
        control={form.control}
        name="count"
        label="How many"
        optional
        help="Leave this empty if you enter a list."
      />
      <FormTextArea
        control={form.control}
        name="labels"
        label="For whom"
        optional
        rows={5}
        help="One per line: a name, an e-mail address, or anything by which you know them. It is stored with the invitation, only staff see it, and it appears in no export."
      />
      <DialogFormEnd form={form} label="Make invitations" />
    </form>
  );
}

function Made({ made, link, close }: { made: MadeInvitation[]; link: string; close: () => void }) {
  const rows = made.map(({ number: no, label, token }) => [no, quoted(label), `${link}?invitation=${token}`]);
  return (
    <LinksMadeOnce
      rows={[["number", "for", "link"], ...rows]}
      fileName="invitations.csv"
      remedy="If you lose the file, revoke the invitations and make new ones."
      close={close}
    />
  );
}
