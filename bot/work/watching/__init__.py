"""Watches of ATSs: what is new there, and what is said when a watch cannot go on."""
