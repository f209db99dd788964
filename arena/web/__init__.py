"""The web: the HTTP API and the pages, thin edges on the service."""
