"""What is made of the votes: tallies and exports."""
