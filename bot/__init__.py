"""The shell around the commands: Slack, HTTP, database, time, and secrets."""
