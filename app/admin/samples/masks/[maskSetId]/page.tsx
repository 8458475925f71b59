/** One set of masks, each next to its image. */
import { FileImage } from "lucide-react";
import type { Metadata } from "next";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { Image } from "@/components/image";
import { readPage, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { PageHeader } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Pagination } from "@/components/pagination";
import { getMaskSet, listMasks } from "@/lib/mask-sets/list-mask-sets";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { CancelButton, DeleteButton } from "../../../entities/entity-buttons";
import { orNotFound } from "../../../or-not-found";

export const metadata: Metadata = { title: "Masks" };

const pageSize = 24;

export default async function MaskSetPage({
  params,
  searchParams,
}: {
  params: Promise<{ maskSetId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const { maskSetId } = await params;
  const set = await getMaskSet(maskSetId).catch(orNotFound);
  const page = readPage(await searchParams);
  const masks = await listMasks(maskSetId, { page, pageSize });
  const moving = set.state === "QUEUED" || set.state === "RUNNING";
  return (
    <>
      <LiveRefresh active={moving} />
      <PageHeader
        back={{ href: "/admin/samples/masks", label: "Masks" }}
        title={set.name}
        badge={<StateBadge state={set.state} />}
        text={
          <p>
            {plural(set.maskCount, "mask", "masks")} for images of{" "}
            <Link href={`/admin/datasets/${set.dataset.id}`} className="prose-link">
              {set.dataset.name}
            </Link>
            . The white part is redrawn.
          </p>
        }
        action={
          moving ? (
            <CancelButton of={{ kind: "mask-set", id: maskSetId }} done="Cancelled; nothing was imported" />
          ) : set.state === "SUCCEEDED" ? (
            <ButtonLink
              href={`/admin/samples/new?masks=${maskSetId}`}
              variant="primary"
              icon={<FileImage className="size-4" aria-hidden="true" />}
            >
              Draw samples
            </ButtonLink>
          ) : null
        }
        others={
          moving ? null : (
            <DeleteButton
              of={{ kind: "mask-set", id: maskSetId }}
              name={set.name}
              text="The original files are not touched."
            />
          )
        }
      />
      {set.error ? (
        <Notice kind="error" title={set.error}>
          Correct the files, delete these masks, and import them again.
        </Notice>
      ) : null}
      <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {masks.map(({ imageId, imageSha256, maskSha256, caption }) => (
          <li key={imageId} className="rounded-lg border bg-surface p-3">
            <div className="grid grid-cols-2 gap-2">
              <Image sha256={imageSha256} alt="" className="aspect-square w-full" />
              <Image
                sha256={maskSha256}
                alt={`Mask${caption ? ` of “${caption}”` : ""}`}
                className="aspect-square w-full"
              />
            </div>
            <p lang={set.dataset.captionLanguage} className="caption-text mt-2 text-sm">
              {caption ?? "Without a caption"}
            </p>
          </li>
        ))}
      </ul>
      <Pagination
        page={page}
        pageSize={pageSize}
        total={set.maskCount}
        path={`/admin/samples/masks/${maskSetId}`}
        query={{}}
        noun={["mask", "masks"]}
      />
    </>
  );
}
