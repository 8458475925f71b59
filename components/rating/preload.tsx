/** Loads and decodes an item's images ahead, so that they are there at once when it comes up. */
"use client";

import { useEffect, useRef } from "react";
import type { AssignedItem } from "@/lib/rating/item/assigned-item";
import { useImageAddress } from "./rater-server";

export function Preload({ item }: { item: AssignedItem | undefined }) {
  const imageAddress = useImageAddress();
  /** Held, so that the browser keeps them until they are shown. */
  const images = useRef<HTMLImageElement[]>([]);
  const tokens = item?.imageTokens.join(" ");
  useEffect(() => {
    images.current = (tokens?.split(" ") ?? []).map((token) => {
      const image = new Image();
      image.src = imageAddress(token);
      // Decoding ahead is only a favour; the image itself reports what goes wrong.
      image.decode().catch(() => {});
      return image;
    });
  }, [imageAddress, tokens]);
  return null;
}
