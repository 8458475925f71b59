/** What a study's results depend on, as a JSON file. */
import { resultFileRoute } from "../result-file";

export const GET = resultFileRoute("sensitivity.json", "application/json");
