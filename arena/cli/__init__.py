"""`arena …`: the command line."""
