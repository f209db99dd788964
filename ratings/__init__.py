"""Bradley-Terry ratings for arenas; knows nothing of any arena."""
