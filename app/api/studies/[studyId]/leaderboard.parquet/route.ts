/** The leaderboard of a study, of all questions or of one, as a Parquet file. */
import { resultFileRoute } from "../result-file";

export const GET = resultFileRoute("leaderboard.parquet", "application/vnd.apache.parquet");
