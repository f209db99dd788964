"""Bradley-Terry ratings for blind comparisons; knows nothing of any arena.

counts          outcomes → pair counts, the sufficient statistic, and the same by voter
bradley_terry   pair counts → log-strengths
uncertainty     log-strengths → their covariance, clustered by voter
points          log-strengths → a score out of a maximum
standings       all of it, best first
votes_file      a file of votes in the arena format → counts
simulate        known strengths → outcomes
"""
