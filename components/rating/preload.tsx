/** Loads and decodes an item's images ahead, so that they are there at once when it comes up. */
"use client";

import { useEffect, useRef } from "react";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { usePictureAddress } from "./rater-server";

export function Preload({ item }: { item: AssignedItem | undefined }) {
  const pictureAddress = usePictureAddress();
  /** Held, so that the browser keeps them until they are shown. */
  const pictures = useRef<HTMLImageElement[]>([]);
  const tokens = item?.pictureTokens.join(" ");
  useEffect(() => {
    pictures.current = (tokens?.split(" ") ?? []).map((token) => {
      const picture = new Image();
      picture.src = pictureAddress(token);
      // Decoding ahead is only a favour; the image itself reports what goes wrong.
      picture.decode().catch(() => {});
      return picture;
    });
  }, [pictureAddress, tokens]);
  return null;
}
