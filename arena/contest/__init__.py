"""What a contest is: battles, pairing, roster, rules, blinding. Pure."""
