"""The use cases. Pages, API and command line do nothing that is not here."""
