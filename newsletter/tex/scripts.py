"""Superscripts and subscripts as real characters, where they stay readable."""

from collections.abc import Mapping

_SUPERSCRIPTS = dict(
    zip(
        "0123456789+-−=abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
_SUBSCRIPTS = dict(
    zip(
        "0123456789+-−=aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_RAISED = dict(zip("°∘′″*†‡⊤⊥∗⋆", "°°′″*†‡ᵀ⊥*⋆", strict=True))
_MAX_LETTERS = 2
_MAX_CHARS = 6


def superscript(text: str) -> str:
    """Raise ``text``: ``3`` → ``³``; more than two letters stay as ``^opt``."""
    if text and set(text) <= _RAISED.keys():
        return "".join(_RAISED[char] for char in text)
    return _shifted(text, _SUPERSCRIPTS, sign="^")


def subscript(text: str) -> str:
    """Lower ``text``: ``2`` → ``₂``; more than two letters stay as ``_opt``."""
    return _shifted(text, _SUBSCRIPTS, sign="_")


def _shifted(text: str, table: Mapping[str, str], *, sign: str) -> str:
    text = text.strip()
    if not text:
        return ""
    compact = text.replace(" ", "")
    letters = sum(char.isalpha() for char in compact)
    if letters <= _MAX_LETTERS and len(compact) <= _MAX_CHARS and set(compact) <= table.keys():
        return "".join(table[char] for char in compact)
    return f"{sign}{text}" if text.isalnum() else f"{sign}({text})"
