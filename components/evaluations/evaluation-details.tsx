/** The result of one evaluation: scores, notes, best and worst images, recipes. */
import { Suspense } from "react";
import { DescriptionList } from "@/components/description-list";
import { Notice } from "@/components/notice";
import { formatCount, plural } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { ScoreNotes } from "@/components/score-notes";
import { Skeleton } from "@/components/skeleton";
import type { EvaluationSummary } from "@/lib/evaluations/list-evaluations";
import { recipeValue, recipeWords } from "@/lib/evaluations/recipe-words";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { extremesText, ImageExtremes, shownImages } from "./image-extremes";
import { PairGridSkeleton } from "./image-pair";
import { ScoreTable } from "./score-table";

export function EvaluationDetails({
  evaluation,
  metric,
  path,
  query,
}: {
  evaluation: EvaluationSummary;
  /** Of best and worst captions. */
  metric: string | undefined;
  path: string;
  query?: Record<string, string>;
}) {
  const { scores, computed, reused } = evaluation;
  const grown = scores.some(
    ({ value, generatedCount }) => value !== null && generatedCount < evaluation.sampleSet.requested,
  );
  const recipes = scores.filter((score) => Object.keys(score.recipe).length > 0);
  return (
    <>
      <Section
        title="Scores"
        text={
          computed !== null && reused !== null && computed + reused > 0
            ? `${formatCount(reused)} of ${plural(computed + reused, "image feature", "image features")} ${reused === 1 ? "was" : "were"} reused from earlier evaluations; ${plural(computed, "was", "were")} computed.`
            : undefined
        }
      >
        <div className="grid grid-cols-1 gap-4">
          {grown ? (
            <Notice title={`The set has ${plural(evaluation.sampleSet.requested, "image", "images")} now.`}>
              Evaluate it again. Only features of the new images have to be computed.
            </Notice>
          ) : null}
          <ScoreTable scores={scores} />
          <ScoreNotes scores={scores} />
        </div>
      </Section>
      <Suspense
        fallback={
          <Skeleton className="mt-10">
            <Section title="Best and worst captions" text={extremesText}>
              <PairGridSkeleton count={2 * shownImages} />
            </Section>
          </Skeleton>
        }
      >
        <ImageExtremes
          evaluationId={evaluation.id}
          metric={metric}
          path={path}
          query={query}
          drawnPx={evaluation.drawnPx}
        />
        {recipes.length > 0 ? (
          <Section
            title="Recipes"
            text="How each score was computed. Scores with equal recipes are comparable, whenever and wherever they were computed."
          >
            <div className="grid items-start gap-4 xl:grid-cols-2">
              {recipes.map((score) => (
                <Panel key={score.metric} className="py-3 sm:py-4">
                  <h3 className="mb-1 font-semibold">{describeMetric(score.metric).label}</h3>
                  <DescriptionList
                    items={Object.entries(score.recipe).map(([name, value]) => ({
                      name: recipeWords(name),
                      value: recipeValue(value),
                    }))}
                  />
                </Panel>
              ))}
            </div>
          </Section>
        ) : null}
      </Suspense>
    </>
  );
}
