"""Throws at the bot what Slack would never send, and what people should not."""
