"""Imports of tables, row by row."""
