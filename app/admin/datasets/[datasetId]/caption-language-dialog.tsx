/** Changes the language that a dataset's captions are written in. */
"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextField } from "@/components/field";
import { setCaptionLanguage } from "../actions";

export function CaptionLanguageDialog({ datasetId, language }: { datasetId: string; language: string }) {
  return (
    <Dialog
      trigger={<Button>Caption language</Button>}
      title="Language of the captions"
      text="Browsers and screen readers go by it. Studies that are open already keep theirs."
    >
      {(close) => <LanguageForm datasetId={datasetId} language={language} onDone={close} />}
    </Dialog>
  );
}

function LanguageForm({
  datasetId,
  language,
  onDone,
}: {
  datasetId: string;
  language: string;
  onDone: () => void;
}) {
  const router = useRouter();
  const [value, setValue] = useState(language);
  const [error, setError] = useState<string>();
  const [pending, setPending] = useState(false);

  async function save(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    const result = await setCaptionLanguage({ datasetId, captionLanguage: value }).catch(() => null);
    setPending(false);
    if (!result) {
      setError("The server did not answer. Check the connection and try again.");
    } else if (!result.ok) {
      setError(result.fields?.captionLanguage ?? result.message);
    } else {
      toast.success("Language saved");
      router.refresh();
      onDone();
    }
  }

  return (
    <form onSubmit={save} noValidate className="grid gap-5">
      <TextField
        label="Language tag"
        help="Such as en, de or pt-BR."
        value={value}
        error={error}
        onChange={(event) => setValue(event.target.value)}
      />
      <div>
        <Button type="submit" variant="primary" pending={pending}>
          Save
        </Button>
      </div>
    </form>
  );
}
