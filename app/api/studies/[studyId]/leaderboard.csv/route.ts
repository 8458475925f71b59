/** The leaderboard of a study, of all questions or of one, as a CSV file. */
import { resultFileRoute } from "../result-file";

export const GET = resultFileRoute("leaderboard.csv", "text/csv; charset=utf-8");
