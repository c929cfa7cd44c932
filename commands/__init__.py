"""What a person can ask, and how the answer looks."""
