"""Where the templates are, and how they are read."""

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsletter.errors import ConfigurationError, RenderError

_ESCAPED = (".html.j2", ".mjml.j2")
_PACKAGE = Path(__file__).resolve().parents[1]


def template_dir() -> Path:
    """Return the folder of templates: inside the installed package, else of the checkout."""
    for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        if (folder / "email").is_dir():
            return folder
    raise RenderError("the templates are missing: install the package again")


def make_environment(folder: Path) -> Environment:
    """Make a Jinja environment that escapes HTML and refuses unknown names and None.

    Extensions are named because Jinja looks at the last one only: ``x.html.j2`` would not
    be escaped by default.
    """
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=_is_escaped,  # noqa: S701 - by extension; text parts are not HTML
        undefined=StrictUndefined,
        finalize=_refuse_none,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _is_escaped(name: str | None) -> bool:
    return name is None or name.endswith(_ESCAPED)


def _refuse_none(value: object) -> object:
    if value is None:
        raise RenderError("a template prints a value that is None")
    return value


def refuse_other_mjml(version_of: Callable[[str], str] = metadata.version) -> None:
    """Raise when package ``mjml`` is installed too: it takes the place of ``mjml-python``.

    Both install a module ``mjml``, so which one is imported would be left to chance.
    """
    try:
        version_of("mjml")
    except metadata.PackageNotFoundError:
        return
    raise ConfigurationError(
        "package 'mjml' is installed and hides 'mjml-python': run "
        "'pip uninstall mjml' and then 'pip install --force-reinstall mjml-python'"
    )
