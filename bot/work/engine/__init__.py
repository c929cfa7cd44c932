"""The durable engine: jobs are on disk before they are acknowledged, and run to their end over crashes."""
