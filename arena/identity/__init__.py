"""Who is asking: tokens, pseudonyms and the secrets they are made with."""
