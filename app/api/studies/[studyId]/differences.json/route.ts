/** The differences between a study's arms as a JSON file. */
import { studyFileRoute } from "../result-file";

export const GET = studyFileRoute("differences.json", "application/json");
