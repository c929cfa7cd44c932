"""From words to values: what was typed after a command or filled into a form."""
