"""The templates' environment."""

from importlib import metadata
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from newsletter.errors import ConfigurationError, RenderError
from newsletter.render.environment import make_environment, refuse_other_mjml
from newsletter.render.labels import load_labels
from newsletter.render.shell import compile_mjml


def test_html_is_escaped_by_its_full_extension_and_text_is_not(tmp_path: Path) -> None:
    for name in ("a.html.j2", "a.mjml.j2", "a.txt.j2"):
        (tmp_path / name).write_text("{{ x }}")
    environment = make_environment(tmp_path)
    shown = {
        name: environment.get_template(name).render(x="<") for name in environment.list_templates()
    }
    assert shown == {"a.html.j2": "&lt;", "a.mjml.j2": "&lt;", "a.txt.j2": "<"}


def test_unknown_names_and_none_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a.html.j2").write_text("{{ x }}")
    template = make_environment(tmp_path).get_template("a.html.j2")
    with pytest.raises(UndefinedError):
        template.render()
    with pytest.raises(RenderError, match="None"):
        template.render(x=None)


def test_the_other_mjml_package_is_refused() -> None:
    def installed(name: str) -> str:
        return "0.11.1"

    def not_installed(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    refuse_other_mjml(not_installed)
    with pytest.raises(ConfigurationError, match="pip uninstall mjml"):
        refuse_other_mjml(installed)


def test_an_mjml_tag_that_is_not_compiled_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "email" / "digest"
    folder.mkdir(parents=True)
    (folder / "body.mjml.j2").write_text(
        "<mjml><mj-body><mj-raw><mj-unknown></mj-unknown></mj-raw></mj-body></mjml>"
    )
    root = Path(__file__).resolve().parents[3]
    labels = load_labels(root / "templates" / "email" / "labels")["en"]
    with pytest.raises(RenderError, match="not compiled"):
        compile_mjml(make_environment(tmp_path), labels, {})
