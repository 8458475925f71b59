/** Drafts captions in the worker, and stores each as it comes. */
import { join } from "node:path";
import { imagesAt } from "@/lib/datasets/revisions/at-revision";
import { dataPaths } from "@/lib/env";
import { db } from "@/lib/platform/database/db";
import { runEngineTask } from "@/lib/platform/engine-process/run-engine-task";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { formFiles } from "@/lib/platform/server-files/file-access";
import { checkModelFolder } from "@/lib/platform/server-files/model-folder";
import { LocalFiles } from "@/lib/platform/storage/local-files";
import { counted } from "@/lib/text/counted";
import type { draftCaptionsJob } from "./job";
import { draftCaptionsTask } from "./task";

export const handle: JobHandler<typeof draftCaptionsJob> = async (
  { deskId, model },
  { signal, lost, report },
) => {
  // Looked at once more: the job may have waited.
  if (model.kind === "folder") await checkModelFolder(model.path, formFiles);
  const name = model.kind === "hub" ? model.id : model.path;
  const images = await db.deskImage.findMany({
    where: { deskId, image: imagesAt("newest"), OR: [{ draft: null }, { draftModel: { not: name } }] },
    orderBy: { image: { position: "asc" } },
    select: { id: true, image: { select: { blobSha256: true, fileName: true, stem: true } } },
  });
  let done = 0;
  let storing: Promise<unknown> = Promise.resolve();
  const files = new LocalFiles();
  try {
    const paths = await files.imagePathsOf(images.map(({ image }) => image.blobSha256!));
    await runEngineTask(
      draftCaptionsTask,
      {
        source:
          model.kind === "hub"
            ? { model: model.id, hubFolder: join(dataPaths().weights, "hub") }
            : { model: model.path },
        images: images.map(({ id, image }, at) => ({
          id,
          path: paths[at]!,
          name: image.fileName ?? image.stem,
        })),
      },
      {
        signal,
        kill: lost,
        onEvent: ({ id, draft }) => {
          report(++done / images.length, `${done} of ${counted(images.length, "image", "images")}`);
          if (draft === null) return;
          storing = storing.then(() =>
            db.deskImage.updateMany({ where: { id }, data: { draft, draftModel: name } }),
          );
          // It is awaited below; until then a failure must not end the worker.
          storing.catch(() => {});
        },
      },
    );
  } finally {
    await storing.finally(() => files.release());
  }
};
