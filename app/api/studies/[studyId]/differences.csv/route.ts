/** The differences between a study's arms as a CSV file. */
import { studyFileRoute } from "../result-file";

export const GET = studyFileRoute("differences.csv", "text/csv; charset=utf-8");
