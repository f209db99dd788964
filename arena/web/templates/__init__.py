"""The page's own markup (the door to Jinja2); every value is escaped."""

from functools import cache
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined


@cache
def _environment() -> Environment:
    sources = {
        file.name: file.read_text(encoding="utf-8")
        for file in resources.files(__name__).iterdir()
        if file.name.endswith(".html")
    }
    return Environment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(name: str, **values: object) -> str:
    """Fill a template; a value that it names and was not given is an error."""
    return _environment().get_template(name).render(**values)
