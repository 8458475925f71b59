/** Where a rater's screen gets its images from and sends its answers to: the study's server, or a preview's memory. */
"use client";

import { createContext, useContext } from "react";
import type { Lease } from "@/lib/rating/item/assigned-item";
import type { ItemReport } from "@/lib/rating/item/item-report";
import { AnswerOutbox, fetchDeviceCode, fetchLease, type OutboxEvents, sendReport } from "./answer-outbox";
import type { Refusal } from "./given-answer";

export type RaterServer = {
  imageAddress(token: string): string;
  openOutbox(
    events: OutboxEvents,
  ): Pick<AnswerOutbox, "pending" | "add" | "send" | "retryKept" | "removeKept" | "stop">;
  /** The items in hand, or why there are none. */
  fetchLease(): Promise<Lease | Refusal>;
  /** What comes next; null where the report could not be taken just now. */
  report(report: ItemReport): Promise<Lease | null>;
  /** With which the rater goes on at another device; null where there is none just now. */
  fetchDeviceCode(): Promise<string | null>;
};

export function studyServer(studyId: string): RaterServer {
  return {
    imageAddress: (token) => `/api/rate/${studyId}/image/${token}`,
    openOutbox: (events) => new AnswerOutbox(studyId, events),
    fetchLease: () => fetchLease(studyId),
    report: (report) => sendReport(studyId, report),
    fetchDeviceCode: () => fetchDeviceCode(studyId),
  };
}

const ImageAddress = createContext<RaterServer["imageAddress"] | null>(null);
export const ImageAddressProvider = ImageAddress.Provider;

/** Where the browser finds the image behind a token. */
export function useImageAddress(): RaterServer["imageAddress"] {
  const address = useContext(ImageAddress);
  if (!address) throw new Error("a rater's image is outside of ImageAddressProvider");
  return address;
}
