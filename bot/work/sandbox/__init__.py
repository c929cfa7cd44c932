"""Hostile files are read in processes that can harm nobody."""
