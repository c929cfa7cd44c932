"""The bot as a whole and in parts."""
