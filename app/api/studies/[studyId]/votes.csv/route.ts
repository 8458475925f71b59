/** The raw votes of a study, of all questions or of one, as a CSV file. */
import { votesFileRoute } from "../result-file";

export const GET = votesFileRoute;
