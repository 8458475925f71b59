/** The leaderboard of a study, of all questions or of one, as a CSV file. */
import { studyFileRoute } from "../result-file";

export const GET = studyFileRoute("leaderboard.csv", "text/csv; charset=utf-8");
