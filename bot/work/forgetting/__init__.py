"""Forgetting a person: what tells of them is found, taken back, and accounted for."""
