-- AlterTable
ALTER TABLE "Checkpoint" ADD COLUMN     "weightsKey" TEXT;
