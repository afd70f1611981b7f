"""Pages from templates: escaped, in the visitor's language, nothing left undefined."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from newsletter.render.environment import make_environment, template_dir
from newsletter.render.labels import FALLBACK, Labels, choose_labels, load_labels
from newsletter.web.assets import Assets

MAX_LANGUAGE_CHARS: Final = 200


class Pages:
    """Render the templates of ``templates/web``.

    Every template gets ``t(key, **fields)`` and ``count(key, number)`` (labels), ``labels``,
    ``lang``, ``dir``, ``languages``, ``site`` (title and URL of the newsletter), ``path`` (of
    this page, without a token in it), ``link(path)`` (which keeps a chosen language) and
    ``asset[name]`` (the URL of a file in ``templates/web``), beside what the page itself gives.

    Args:
        title: the newsletter's name.
        url: where it lives, without a slash at its end.
        folder: of all templates; the package's own by default.
    """

    def __init__(self, *, title: str, url: str, folder: Path | None = None) -> None:
        templates = folder or template_dir()
        self._environment: Environment = make_environment(templates)
        self._labels = load_web_labels(templates)
        self._languages = tuple(
            (labels.tag, labels.text("language_name")) for labels in self._labels.values()
        )
        self._site = {"title": title, "url": url}
        self.assets = Assets(templates / "web")

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the tags of all languages."""
        return tuple(self._labels)

    def labels(self, language: str) -> Labels:
        """Return the labels closest to this BCP 47 tag."""
        return choose_labels(language, self._labels)

    def labels_for(self, request: Request, language: str | None = None) -> Labels:
        """Return the language to answer in.

        It is that of ``?lang=``, else ``language``, that of the reader whose page it is, else the
        first that the browser asks for.
        """
        wanted = (
            request.query_params.get("lang")
            or language
            or _preferred(request.headers.get("accept-language", ""), self._labels)
        )
        return choose_labels(wanted[:MAX_LANGUAGE_CHARS], self._labels)

    def html(
        self,
        name: str,
        labels: Labels,
        *,
        path: str = "/",
        is_chosen: bool = False,
        **values: object,
    ) -> str:
        """Render ``web/<name>`` to text; ``is_chosen`` keeps the language in its links."""
        return self._environment.get_template(f"web/{name}").render(
            t=labels.text,
            count=labels.count,
            labels=labels,
            lang=labels.tag,
            dir=labels.dir,
            languages=self._languages,
            site=self._site,
            path=path,
            link=partial(_with_language, labels.tag) if is_chosen else str,
            asset=self.assets.urls,
            **values,
        )

    def page(
        self,
        request: Request,
        name: str,
        *,
        status: int = 200,
        language: str | None = None,
        **values: object,
    ) -> HTMLResponse:
        """Answer with the page ``web/<name>``.

        Args:
            request: says in which language, unless ``language`` does.
            name: such as ``home.html.j2``.
            status: of HTTP.
            language: of the reader whose page it is.
            values: what the template needs beside what all get.
        """
        is_chosen = "lang" in request.query_params
        labels = self.labels_for(request, language)
        path = "/" if "token" in request.path_params else request.url.path
        html = self.html(name, labels, path=path, is_chosen=is_chosen, **values)
        return HTMLResponse(html, status_code=status)


def load_web_labels(templates: Path) -> dict[str, Labels]:
    """Read the words of the web, by language: the mails' words with those of the pages over them.

    The files are ``web/labels/<room>.<tag>.toml``; a key may stand in one of them only.
    """
    found: dict[str, Labels] = {}
    for tag, mail in load_labels(templates / "email" / "labels").items():
        texts: dict[str, str] = dict(mail.texts)
        plurals: dict[str, Mapping[str, str]] = dict(mail.plurals)
        for path in sorted((templates / "web" / "labels").glob(f"*.{tag}.toml")):
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            texts |= data.get("labels", {})
            plurals |= data.get("plurals", {})
        found[tag] = replace(mail, texts=texts, plurals=plurals)
    return found


def _with_language(tag: str, path: str) -> str:
    """Return ``path`` with the language in its query."""
    return f"{path}{'&' if '?' in path else '?'}lang={tag}"


def _preferred(header: str, available: Mapping[str, Labels]) -> str:
    """Return the first language of ``Accept-Language`` that there are labels for."""
    ours = {tag.casefold().split("-")[0] for tag in available}
    for asked in header[:MAX_LANGUAGE_CHARS].split(","):
        tag = asked.split(";")[0].strip()
        if tag.casefold().split("-")[0] in ours:
            return tag
    return FALLBACK
