"""Stand-ins for the teams' servers: demo contestants that speak vLLM's wire protocol on loopback."""
