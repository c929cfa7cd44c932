"""What people can ask, and how the answers look."""
