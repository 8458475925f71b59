/** The differences between a study's arms as a CSV file. */
import { resultFileRoute } from "../result-file";

export const GET = resultFileRoute("differences.csv", "text/csv; charset=utf-8");
