-- Whoever joins is looked for by what they bring along; without these, among all raters of the study.
CREATE INDEX "Rater_userId_studyId_idx" ON "Rater"("userId", "studyId");
CREATE INDEX "Rater_deviceCodeHash_idx" ON "Rater"("deviceCodeHash");
