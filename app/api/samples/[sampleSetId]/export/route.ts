/** The samples of a set with their captions, as one file. */
import { imageExport } from "@/app/api/image-export";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { getSampleSet } from "@/lib/samples/get-sample-set";

export const GET = protectedRoute<{ sampleSetId: string }>(
  staff,
  "sample-set.exported",
  async (request, { sampleSetId }, member) => {
    const { name } = await getSampleSet(sampleSetId);
    return imageExport(request, member, { of: "sample-set", id: sampleSetId, name });
  },
);
