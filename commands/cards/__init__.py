"""How answers look: one noun per file, pure functions that return Block Kit."""
