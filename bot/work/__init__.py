"""Durable work: jobs that survive a crash, and what they do."""
