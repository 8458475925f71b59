"use client";
/** Attaches an authority's reply to the registration. */
import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { toast } from "sonner";
import { reportResult } from "@/components/action-button";
import { Button } from "@/components/button";
import { attachTimestampAction } from "../actions";

export function AttachTimestamp({ studyId }: { studyId: string }) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [pending, setPending] = useState(false);

  async function attach(file: File) {
    setPending(true);
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const reply = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      const result = await attachTimestampAction({ studyId, reply });
      const field = result.ok ? undefined : Object.values(result.fields ?? {})[0];
      if (reportResult(field && !result.ok ? { ...result, message: field } : result, "Timestamp attached")) {
        router.refresh();
      }
    } catch {
      toast.error("The server did not answer.", { description: "Check the connection and try again." });
    } finally {
      setPending(false);
      if (input.current) input.current.value = "";
    }
  }

  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".tsr,.tst,application/timestamp-reply"
        className="sr-only"
        tabIndex={-1}
        aria-label="Timestamp reply"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void attach(file);
        }}
      />
      <Button
        pending={pending}
        icon={<Upload className="size-4" aria-hidden="true" />}
        onClick={() => input.current?.click()}
      >
        Attach the reply
      </Button>
    </>
  );
}
