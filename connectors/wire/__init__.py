"""What each vendor's answers look like: one file a vendor, shapes only."""
