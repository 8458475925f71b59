/** The leaderboard of a study, of all questions or of one, as a JSON file. */
import { resultFileRoute } from "../result-file";

export const GET = resultFileRoute("leaderboard.json", "application/json");
