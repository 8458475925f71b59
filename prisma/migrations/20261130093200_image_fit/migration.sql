-- How images of other sizes and aspects become those that raters see. Studies so far cut out the centred square.
ALTER TABLE "Study" ADD COLUMN "imageFit" TEXT NOT NULL DEFAULT 'crop';
