/** Makes links for single people and hands them over; nobody can be shown them again. */
"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/button";
import { CommandLine } from "@/components/command-line";
import { Dialog } from "@/components/dialog";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormTextArea } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { LinksMadeOnce, quoted } from "@/components/links-made-once";
import { personalLinksInput } from "@/lib/desks/desk-fields";
import { makeLinksAction } from "../actions";

type MadeLink = { name: string; path: string };

/** More are handed over as a file alone. */
const mostListed = 10;

export function LinksDialog({ deskId, origin }: { deskId: string; origin: string }) {
  return (
    <Dialog
      trigger={<Button icon={<UserPlus className="size-4" aria-hidden="true" />}>Make personal links</Button>}
      title="Personal links"
      text="Each link is one person, on any device, until you close the desk or remove them."
    >
      {(close) => <Maker deskId={deskId} origin={origin} close={close} />}
    </Dialog>
  );
}

function Maker({ deskId, origin, close }: { deskId: string; origin: string; close: () => void }) {
  const router = useRouter();
  const [made, setMade] = useState<MadeLink[] | null>(null);
  const form = useActionForm({
    schema: personalLinksInput,
    defaultValues: { deskId, names: "" },
    submit: makeLinksAction,
    onSuccess: (links) => {
      setMade(links);
      router.refresh();
    },
  });
  if (made) return <Made made={made} origin={origin} close={close} />;
  return (
    <form {...form.element} className="grid gap-5">
      <FormTextArea
        control={form.control}
        name="names"
        label="Names"
        rows={5}
        help="One per line. Only staff and the person see the name."
      />
      <DialogFormEnd form={form} label="Make links" />
    </form>
  );
}

function Made({ made, origin, close }: { made: MadeLink[]; origin: string; close: () => void }) {
  return (
    <LinksMadeOnce
      rows={[["name", "link"], ...made.map(({ name, path }) => [quoted(name), origin + path])]}
      fileName="links.csv"
      remedy="If you lose the file, remove these people and make new links."
      close={close}
    >
      {made.length <= mostListed
        ? made.map(({ name, path }) => (
            <div key={path}>
              <p className="mb-1 font-medium text-sm">{name}</p>
              <CommandLine command={origin + path} label={`Copy link of ${name}`} />
            </div>
          ))
        : null}
    </LinksMadeOnce>
  );
}
