"""The composition root's parts: who is opened by what, for serving and for each command."""
