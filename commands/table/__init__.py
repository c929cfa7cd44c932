"""Tables of people: read, understood column by column, and taken in row by row."""
