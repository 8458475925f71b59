/** How far metrics agree with a study's scores, as a JSON file. */
import { resultFileRoute } from "../result-file";

export const GET = resultFileRoute("correlations.json", "application/json");
