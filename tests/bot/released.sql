BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'shortlist','workspaces_and_connections','2026-01-01 00:00:00+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'shortlist','installations','2026-01-01 00:00:00+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'shortlist','activity','2026-01-01 00:00:00+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'shortlist','announcements','2026-01-01 00:00:00+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'shortlist','watches','2026-01-01 00:00:00+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'shortlist','imports','2026-01-01 00:00:00+00:00');
CREATE TABLE "activity" (
   "job" TEXT PRIMARY KEY,
   "team_id" TEXT,
   "user_id" TEXT,
   "command" TEXT,
   "verb" TEXT,
   "connection_id" TEXT,
   "state" TEXT,
   "outcome" TEXT,
   "reference" TEXT,
   "next_try" REAL,
   "created" REAL,
   "updated" REAL,
   "sealed" TEXT
);
CREATE TABLE "cards" (
   "team_id" TEXT,
   "channel_id" TEXT,
   "id" TEXT,
   "connection_id" TEXT,
   "ts" TEXT,
   "level" INTEGER,
   "state" TEXT,
   "sending" TEXT,
   "at" REAL,
   "updated" REAL,
   PRIMARY KEY ("team_id", "channel_id", "id")
);
CREATE TABLE "channels" (
   "team_id" TEXT,
   "channel_id" TEXT,
   "connection_id" TEXT REFERENCES "connections"("id"),
   PRIMARY KEY ("team_id", "channel_id")
);
INSERT INTO "channels" VALUES('T1','C1','a');
CREATE TABLE "connections" (
   "id" TEXT PRIMARY KEY,
   "team_id" TEXT,
   "name" TEXT,
   "vendor" TEXT,
   "settings" TEXT,
   "is_default" INTEGER,
   "created_at" TEXT
);
INSERT INTO "connections" VALUES('a','T1','One','talynce','sealed',1,'2026-01-01T00:00:00+00:00');
CREATE TABLE "import_rows" (
   "import_id" TEXT,
   "number" INTEGER,
   "team_id" TEXT,
   "state" TEXT,
   "reason" TEXT,
   "until" REAL,
   "sealed" TEXT,
   "journal" TEXT,
   PRIMARY KEY ("import_id", "number")
);
CREATE TABLE "imports" (
   "id" TEXT PRIMARY KEY,
   "team_id" TEXT,
   "user_id" TEXT,
   "connection_id" TEXT,
   "runner" TEXT,
   "state" TEXT,
   "filled" INTEGER,
   "total" INTEGER,
   "added" INTEGER,
   "there" INTEGER,
   "failed" INTEGER,
   "digest" TEXT,
   "room" TEXT,
   "ts" TEXT,
   "reported" TEXT,
   "created" REAL,
   "until" REAL,
   "sealed" TEXT
);
CREATE TABLE "once" (
   "id" TEXT PRIMARY KEY,
   "until" REAL
);
INSERT INTO "once" VALUES('e',5.5);
CREATE TABLE "subscriptions" (
   "team_id" TEXT,
   "channel_id" TEXT,
   "connection_id" TEXT,
   "kinds" TEXT,
   "filters" TEXT,
   "budget" INTEGER,
   "weekly" INTEGER,
   "created_by" TEXT,
   "created" REAL,
   "paused" TEXT,
   PRIMARY KEY ("team_id", "channel_id", "connection_id")
);
CREATE TABLE "tallies" (
   "team_id" TEXT,
   "channel_id" TEXT,
   "connection_id" TEXT,
   "week" INTEGER,
   "id" TEXT,
   "label" TEXT,
   "count" INTEGER,
   PRIMARY KEY ("team_id", "channel_id", "connection_id", "week", "id")
);
CREATE TABLE "watch_memories" (
   "team_id" TEXT,
   "connection_id" TEXT,
   "sealed" TEXT,
   "news" TEXT,
   PRIMARY KEY ("team_id", "connection_id")
);
CREATE TABLE "watches" (
   "team_id" TEXT,
   "connection_id" TEXT,
   "vendor" TEXT,
   "next_at" REAL,
   "polls" INTEGER,
   "failures" INTEGER,
   "refusals" INTEGER,
   "problem" TEXT,
   "paused" INTEGER,
   "last_success" REAL,
   "saved" TEXT,
   "leased_by" TEXT,
   "leased_until" REAL,
   PRIMARY KEY ("team_id", "connection_id")
);
CREATE TABLE "workspaces" (
   "team_id" TEXT PRIMARY KEY,
   "enterprise_id" TEXT,
   "name" TEXT,
   "bot_token" TEXT,
   "bot_id" TEXT,
   "bot_user_id" TEXT,
   "installed_at" TEXT
, "refresh_token" TEXT, "expires_at" REAL, "refreshing_until" REAL, "installed_by" TEXT);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX "idx_connections_team_id_name"
    ON "connections" ("team_id", "name");
CREATE INDEX "idx_workspaces_enterprise_id"
    ON "workspaces" ("enterprise_id");
CREATE INDEX "idx_once_until"
    ON "once" ("until");
CREATE INDEX "idx_activity_team_id_user_id"
    ON "activity" ("team_id", "user_id");
CREATE INDEX "idx_activity_updated"
    ON "activity" ("updated");
CREATE INDEX "idx_subscriptions_team_id_connection_id"
    ON "subscriptions" ("team_id", "connection_id");
CREATE INDEX "idx_cards_team_id_channel_id_level"
    ON "cards" ("team_id", "channel_id", "level");
CREATE INDEX "idx_cards_updated"
    ON "cards" ("updated");
CREATE INDEX "idx_tallies_week"
    ON "tallies" ("week");
CREATE INDEX "idx_imports_team_id_user_id_digest"
    ON "imports" ("team_id", "user_id", "digest");
CREATE INDEX "idx_imports_until"
    ON "imports" ("until");
CREATE INDEX "idx_import_rows_until"
    ON "import_rows" ("until");
CREATE INDEX "idx_import_rows_team_id"
    ON "import_rows" ("team_id");
COMMIT;
