"""The teams' servers: asking them, and nothing else."""
