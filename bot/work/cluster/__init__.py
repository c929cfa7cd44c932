"""Several processes on one PostgreSQL server: who is alive, what they tell each other, the rate they share."""
