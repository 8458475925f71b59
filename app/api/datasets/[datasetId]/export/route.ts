/** The photographs of a dataset with their captions, as one file. */
import { imageExport } from "@/app/api/image-export";
import { getDataset } from "@/lib/datasets/get-dataset";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";

export const GET = protectedRoute<{ datasetId: string }>(
  staff,
  "dataset.exported",
  async (request, { datasetId }, member) => {
    const { name } = await getDataset(datasetId);
    return imageExport(request, member, { of: "dataset", id: datasetId, name });
  },
);
