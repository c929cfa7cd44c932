"""What is remembered: workspaces, connections, and secrets that only open in their own row."""
