/** Changes who can take part, with what each setting protects against and what it costs honest raters. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { number, orNull } from "@/components/form/codecs";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormChoice, FormNumberField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { accessChange, type RaterAccess } from "@/lib/studies/design/rater-access";
import { changeAccessAction } from "../../actions";

export function AccessForm({ studyId, access }: { studyId: string; access: RaterAccess }) {
  return (
    <Dialog
      trigger={<Button size="sm">Change access</Button>}
      title="Who can take part"
      text="You can change this at any time. Raters who have begun can continue. It is not part of the plan."
    >
      {(close) => <Fields studyId={studyId} access={access} close={close} />}
    </Dialog>
  );
}

function Fields({ studyId, access, close }: { studyId: string; access: RaterAccess; close: () => void }) {
  const router = useRouter();
  const form = useActionForm({
    schema: accessChange,
    defaultValues: { studyId, access },
    submit: changeAccessAction,
    onSuccess: () => {
      close();
      router.refresh();
    },
  });
  const { control } = form;
  const way = useWatch({ control, name: "access.way" });
  return (
    <form {...form.element} className="grid gap-5">
      <FormChoice
        control={control}
        name="access.way"
        legend="Way in"
        choices={[
          {
            value: "open-link",
            title: "Open link",
            text: "For colleagues, classes and recruiting services. The limits below and a short calculation in the browser slow down anybody who tries to be many raters.",
          },
          {
            value: "invitations",
            title: "Personal invitations",
            text: "You make a link for each person. The safest choice, at the cost of sending the links.",
          },
          {
            value: "signed-ids",
            title: "Signed ids",
            text: "Your own system makes the links and signs each person’s id. Needs a few lines of code there.",
          },
        ]}
      />
      {way === "open-link" ? (
        <>
          <FormNumberField
            codec={orNull(number)}
            control={control}
            name="access.ratersPerAddress"
            label="Raters per address"
            optional
            help="Keeps one person from being many raters. It also limits people who share an internet connection: a household, an office, often a whole university or mobile network. They are told to use another connection or to ask you, and you see it here. Leave empty for no limit, for instance for a class."
          />
          <FormNumberField
            codec={orNull(number)}
            control={control}
            name="access.ratersPerDevice"
            label="Raters per browser"
            optional
            help="Keeps one browser from joining with several ids. Raise it for lab computers that many people use. Deleting cookies evades it. Leave empty for no limit."
          />
        </>
      ) : null}
      <FormNumberField
        codec={number}
        control={control}
        name="access.minimumSeconds"
        label="Minimum time per item"
        unit="s"
        help="The server takes no answer sooner, so a script cannot answer everything in a moment. Raters’ buttons wait as long. Half a second goes unnoticed; more than two seconds annoy practised raters."
      />
      <DialogFormEnd form={form} label="Save" />
    </form>
  );
}
