"""A Slack workspace that fits in one process, strict where Slack is strict."""
