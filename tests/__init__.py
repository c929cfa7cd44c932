"""Promises held at the wire."""
