"""Fold plurals: the S-stemmer of Harman (1991), with the endings of scientific English added.

It folds less than a stemmer does: ``agents`` is ``agent``, but ``agentic`` stays itself.
"""

from types import MappingProxyType

MIN_PLURAL_CHARS = 4

_IRREGULAR = MappingProxyType(
    {
        "aliases": "alias",
        "analyses": "analysis",
        "axes": "axis",
        "biases": "bias",
        "buses": "bus",
        "caches": "cache",
        "children": "child",
        "corpora": "corpus",
        "corpuses": "corpus",
        "criteria": "criterion",
        "headaches": "headache",
        "hypotheses": "hypothesis",
        "indices": "index",
        "indexes": "index",
        "lenses": "lens",
        "matrices": "matrix",
        "mice": "mouse",
        "phenomena": "phenomenon",
        "spectra": "spectrum",
        "statuses": "status",
        "syntheses": "synthesis",
        "theses": "thesis",
        "vertices": "vertex",
        "viruses": "virus",
    }
)
_UNCHANGED = frozenset(
    {"alias", "always", "atlas", "bias", "canvas", "chaos", "lens", "perhaps", "series", "species"}
)
_HISSING = ("sses", "xes", "zzes", "shes", "ches")
_SINGULAR_ENDINGS = ("ss", "us", "is")


def singular(word: str) -> str:
    """Return the singular of a lower-case English word; other words come back unchanged."""
    if len(word) < MIN_PLURAL_CHARS or word[-1] not in "snaei":
        return word
    known = _IRREGULAR.get(word)
    if known is not None:
        return known
    if word[-1] != "s" or word in _UNCHANGED or word.endswith(_SINGULAR_ENDINGS):
        return word
    if word.endswith("ies") and len(word) > MIN_PLURAL_CHARS:
        return word[:-3] + "y"
    if word.endswith(_HISSING):
        return word[:-2]
    return word[:-1]
