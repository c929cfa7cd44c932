"""The stand-in Slack refuses what Slack refuses, and sends what Slack sends."""
