/** The leaderboard of a study, of all questions or of one, as a JSON file. */
import { studyFileRoute } from "../result-file";

export const GET = studyFileRoute("leaderboard.json", "application/json");
