"""What hiring channels hear: one card for each candidate, digests, and a weekly summary."""
