"""One command of a person, from what was asked to what is answered."""
