"""What the authors' notes say for free: where a paper was accepted, where its code is."""

import re

_MAX_VENUE_CHARS = 80
_MAX_URL_CHARS = 200
_YEAR = r"(?:20\d\d|['’]?\d\d)"
_ACCEPTED = re.compile(
    r"\b(?<!not )(?<!not been )"
    r"(?i:accepted|published|presented|forthcoming|to appear|appears)\b(?!-)"
    r"(?:[ ,]+(?i:for|to|as|by|at|in|on|and|with|an?|the|publication|presentation|published"
    r"|presented|oral|poster|spotlight|talk|paper|full|short|long|proceedings|of|appear"
    r"|inclusion|publish|main|regular|be)\b)*\s+(?P<venue>[A-Z0-9\"“'(].*)",
    re.DOTALL,
)
_VENUE_FIRST = re.compile(
    rf"(?:^|[.;,]\s*)(?!(?i:accepted|published|presented|to appear)\b)"
    rf"(?P<venue>[A-Z][\w&'’/ -]{{1,50}}?{_YEAR}[\w ()-]{{0,30}}?)"
    r"[ ,]*[(]?(?:accepted|camera[- ]ready|oral|spotlight|poster)\b",
)
_VENUE_ALONE = re.compile(
    rf"(?:^|(?<=[.;,] ))(?P<venue>(?:IEEE |ACM )?"
    rf"(?=\w*[A-Z]\w*[A-Z])[A-Z][\w-]*(?:[ -][A-Z][\w-]*){{0,3}}"
    rf"[ -]?{_YEAR}(?: \(?(?:Oral|Spotlight|Poster|Workshop|Findings|Main|Demo)[\w ]*\)?)?)"
    r"(?=[.;,]|$)",
)
_UNDECIDED = re.compile(
    r"\b(?:submitted|under review|in review|rejected|withdrawn)\b", re.IGNORECASE
)
_END_OF_VENUE = re.compile(
    r"(?<!\bProc)[.;](?:\s|$)|\n|\\|\s\(?(?:https?:|code\b|project\b|doi\b|arxiv\b)|,\s*(?!20\d\d\b)(?=\S)"
    r"|\s[-–—]\s|\(\d+ pages|\s(?:but|this is|the final|our code|camera)\b|\s\d+ (?:pages|figures)"
    r"|\b(?:with )?DOI:",
    re.IGNORECASE,
)
_HOSTS = r"(?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|huggingface\.co)"
_CODE = re.compile(
    rf"(?<![\w.-])(?:https?://)?(?:www\.)?(?P<place>{_HOSTS}/[A-Za-z0-9][\w.~%+-]*(?:/[\w.~%+-]+)*)",
    re.ASCII,
)
_NOT_CODE = frozenset({"papers", "blog", "docs", "features", "orgs", "topics", "sponsors"})


def find_acceptance(comment: str | None) -> str | None:
    """Return where the comment says that the paper was accepted: ``NeurIPS 2026``; else None.

    The comment is expected with its TeX resolved; the note is at most 80 characters.
    """
    if not comment:
        return None
    found = _VENUE_FIRST.search(comment) or _ACCEPTED.search(comment)
    if found is None and _UNDECIDED.search(comment) is None:
        found = _VENUE_ALONE.search(comment)
    return _tidy(found["venue"]) if found else None


def find_code_url(*texts: str | None) -> str | None:
    """Return the first repository named in these texts, as an https URL; else None.

    Looks for GitHub, GitLab, Codeberg, Bitbucket and Hugging Face, with or without a scheme;
    punctuation that ends a sentence is not part of it.
    """
    for text in texts:
        for match in _CODE.finditer((text or "").replace("\\_", "_")):
            place = match["place"].rstrip(".~%+-_")
            owner = place.split("/")[1]
            if owner not in _NOT_CODE and len(place) <= _MAX_URL_CHARS:
                return f"https://{place}"
    return None


def _tidy(venue: str) -> str | None:
    end = _END_OF_VENUE.search(venue)
    text = " ".join((venue[: end.start()] if end else venue).split())
    text = text.strip(" .,;:\"“”'!")
    if text.count("(") > text.count(")"):
        text = text[: text.rindex("(")].rstrip() if text.endswith("(") else f"{text})"
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    if len(text) > _MAX_VENUE_CHARS:
        text = text[:_MAX_VENUE_CHARS].rsplit(" ", 1)[0].rstrip(" ,;(-") + "…"
    return text if sum(char.isalpha() for char in text) >= 2 else None
