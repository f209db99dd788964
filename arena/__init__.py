"""A public blind-comparison arena.

One noun for one thing, in code, page, API and export:

contestant   a team's model entered in a round, as `models.yaml` declares it
roster       the contestants of a round
round        one edition of the contest: frozen rules and roster, opening and closing time
track        the electorate a vote belongs to: open, citizen panel, expert panel
battle       one blind comparison by one citizen, first prompt to vote
side         A or B: all that is known of a contestant while the battle is blind
seats        which contestant sits on which side; secret
pairing      the drawing of seats from a committed seed and a battle number
turn         one prompt and both replies
reply, delta one side's answer; a piece of it as it streams
stage        how far a battle has come: ANSWERING, OPEN, VOTED, VOID
verdict,vote what is said (A, B, TIE, BOTH_BAD); the saying of it, on record
void         to end a battle without a vote, for a recorded reason
ledger,entry the append-only record; one line of it
outcome      one comparison as the statistician sees it; pair counts are what suffices of them
strength     log-strength from the fit; a rating is that number on the public scale with its interval
standings    the ordered table; points are the user-evaluation score that the rules make of it
citizen      whoever asks and votes; the voter id is her pseudonym in a round
"""
