/** The leaderboard of a study, of all questions or of one, as a Parquet file. */
import { studyFileRoute } from "../result-file";

export const GET = studyFileRoute("leaderboard.parquet", "application/vnd.apache.parquet");
