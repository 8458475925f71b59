/** Hands over links of which only hashes are stored: as a file, since nobody can be shown them again. */
"use client";

import { Download } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "./button";
import { buttonClass } from "./button-class";
import { Notice } from "./notice";
import { plural } from "./numbers";

/** A field of a CSV file. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

export function LinksMadeOnce({
  rows,
  fileName,
  remedy,
  close,
  children,
}: {
  /** Fields as they stand in the file, the heading first. */
  rows: readonly (readonly (string | number)[])[];
  fileName: string;
  /** What to do if the file is lost. */
  remedy: string;
  close: () => void;
  children?: ReactNode;
}) {
  const csv = `${rows.map((row) => row.join(",")).join("\r\n")}\r\n`;
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const file = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
    setAddress(file);
    return () => URL.revokeObjectURL(file);
  }, [csv]);
  return (
    <div className="grid gap-5">
      <Notice
        kind="warning"
        title={`${plural(rows.length - 1, "link was", "links were")} made. Save them now.`}
      >
        Only their hashes are stored, so they cannot be shown again. {remedy}
      </Notice>
      {children}
      <div className="flex flex-wrap justify-end gap-2.5">
        <Button onClick={close}>Done</Button>
        <a href={address} download={fileName} className={buttonClass("primary", "md", "gap-2")}>
          <Download className="size-4" aria-hidden="true" />
          Download CSV
        </a>
      </div>
    </div>
  );
}
