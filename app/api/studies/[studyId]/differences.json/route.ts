/** The differences between a study's arms as a JSON file. */
import { resultFileRoute } from "../result-file";

export const GET = resultFileRoute("differences.json", "application/json");
