"""The demo: a stand-in Slack, stand-in ATSs, and a page to try the bot on without accounts."""
