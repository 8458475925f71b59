/** The raw votes of a study, of all questions or of one, as a CSV file. */
import { studyFileRoute } from "../result-file";

export const GET = studyFileRoute("votes.csv", "text/csv; charset=utf-8");
