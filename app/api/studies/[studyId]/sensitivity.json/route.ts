/** What a study's results depend on, as a JSON file. */
import { studyFileRoute } from "../result-file";

export const GET = studyFileRoute("sensitivity.json", "application/json");
