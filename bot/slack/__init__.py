"""Slack: what comes in, who may, and how answers go out."""
