"""pylatexenc with our own thin layer: one formula or one macro in, Unicode out."""

import re
from collections.abc import Callable
from functools import lru_cache

from pylatexenc import latex2text, latexwalker
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexMacroNode
from pylatexenc.macrospec import LatexContextDb, MacroSpec, std_macro

from newsletter.tex.macros import FUNCTIONS, PLAIN_STYLES, SILENT
from newsletter.tex.scripts import subscript, superscript

_DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_SCRIPT = re.compile(r"(?<!\\)([\^_])\s*(\\[A-Za-z]+\s*\{[^{}]*\}|\\[A-Za-z]+|\{|[^\s{}\\])?")
_UNESCAPED = re.compile(r"(?<!\\)[%#]")
_UNESCAPED_IN_TEXT = re.compile(r"(?<!\\)[%#&]")
_SPACED_MACRO = re.compile(
    r"((?<= )\\(?!(?:d|t)?frac|sqrt|left|right)[A-Za-z]+|\\(?:"
    + "|".join(sorted(FUNCTIONS))
    + r")) +"
    r"(?![{\[^_ ])"
)
_SPACES = re.compile(r"\s+")


class UnreadableTexError(ValueError):
    """The engine did not understand the text; the caller keeps the original."""


@lru_cache(maxsize=4096)
def formula_to_unicode(tex: str) -> str:
    """Write the inside of a formula in Unicode; raise ``UnreadableTexError`` if that fails."""
    plain = _UNESCAPED.sub(r"\\\g<0>", tex).replace("\\\\", " ").replace("&", " ")
    plain = _SPACED_MACRO.sub(r"\1{} ", plain)
    return _SPACES.sub(" ", _convert(_name_scripts(plain))).strip()


@lru_cache(maxsize=4096)
def macro_to_unicode(tex: str) -> str:
    r"""Write one macro with its arguments (``\'e``, ``\alpha``) in Unicode."""
    return _convert(_UNESCAPED_IN_TEXT.sub(r"\\\g<0>", tex))


def _name_scripts(tex: str) -> str:
    def name(match: re.Match[str]) -> str:
        macro = r"\nlsup" if match[1] == "^" else r"\nlsub"
        argument = match[2] or "{}"
        return f"{macro}{{" if argument == "{" else f"{macro}{{{argument}}}"

    return _SCRIPT.sub(name, tex)


def _convert(tex: str) -> str:
    try:
        nodes, _, _ = latexwalker.LatexWalker(
            tex, latex_context=_reading(), tolerant_parsing=False
        ).get_latex_nodes()
        return str(_writing().nodelist_to_text(nodes))
    except (latexwalker.LatexWalkerError, ValueError, TypeError, KeyError, IndexError) as error:
        raise UnreadableTexError(tex) from error
    except (AttributeError, RecursionError, AssertionError) as error:
        raise UnreadableTexError(tex) from error


@lru_cache(maxsize=1)
def _reading() -> LatexContextDb:
    context = latexwalker.get_default_latex_context_db()
    one_argument = [std_macro(name, "{") for name in ("nlsup", "nlsub", *PLAIN_STYLES, "label")]
    context.add_context_category(
        "newsletter",
        macros=[*one_argument, std_macro("mathbb", "{"), MacroSpec("left"), MacroSpec("right")],
        prepend=True,
    )
    return context


@lru_cache(maxsize=1)
def _writing() -> LatexNodes2Text:
    context = latex2text.get_default_latex_context_db()
    spec = latex2text.MacroTextSpec
    macros = [
        *(spec(name, simplify_repl="%(1)s") for name in PLAIN_STYLES),
        *(spec(name, simplify_repl="") for name in SILENT),
        spec("nlsup", simplify_repl=_with_argument(superscript)),
        spec("nlsub", simplify_repl=_with_argument(subscript)),
        spec("mathbb", simplify_repl=_with_argument(_double_struck)),
        spec("frac", simplify_repl=_fraction),
        spec("dfrac", simplify_repl=_fraction),
        spec("tfrac", simplify_repl=_fraction),
        spec("sqrt", simplify_repl=_root),
        *(spec(name, simplify_repl=value) for name, value in _NAMES.items()),
    ]
    context.add_context_category("newsletter", macros=macros, prepend=True)
    context.set_unknown_macro_spec(spec("", simplify_repl=_by_name))
    return latex2text.LatexNodes2Text(
        latex_context=context, math_mode="text", keep_comments=True, strict_latex_spaces=False
    )


_NAMES = {
    "top": "⊤", "sim": "~", "thicksim": "~", "ast": "*", "prime": "′", "colon": ":", "mid": "|",
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "|": "‖", "!": "", ",": " ", ";": " ",
    ":": " ", ">": " ", "/": "", "-": "", "quad": " ", "qquad": " ", "xmark": "✗", "cmark": "✓",
    "checkmark": "✓", "textasciitilde": "~", "textasciicircum": "^", "lbrack": "[", "rbrack": "]",
    "ldots": "…", "dots": "…", "cdots": "⋯", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥",
    "geq": "≥", "geqslant": "≥", "varepsilon": "ε", "epsilon": "ε", "varphi": "φ", "phi": "φ",
    "lesssim": "≲", "gtrsim": "≳", "eps": "ε", "bmod": "mod", "newline": " ", "item": "•",
    "mathsection": "§", "ell": "ℓ", "ding": "", "degree": "°", "textdegree": "°", "texttimes": "×",
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "setminus": "∖", "LaTeX": "LaTeX", "TeX": "TeX",
}  # fmt: skip


def _with_argument(function: Callable[[str], str]) -> Callable[..., str]:
    def write(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
        return function(_arguments(node, l2tobj)[0])

    return write


def _arguments(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> list[str]:
    given = [part for part in node.nodeargd.argnlist if part is not None]
    return [l2tobj.nodelist_to_text([part]).strip() for part in given] or [""]


def _double_struck(text: str) -> str:
    return _DOUBLE_STRUCK.get(text, text)


def _fraction(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    above, below = [*_arguments(node, l2tobj), "", ""][:2]
    return f"{_in_brackets(above)}/{_in_brackets(below)}"


def _root(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    *degree, inside = _arguments(node, l2tobj)
    return f"{superscript(degree[0]) if degree else ''}√{_in_brackets(inside)}"


def _in_brackets(text: str) -> str:
    return text if text.isalnum() or len(text) <= 1 else f"({text})"


def _by_name(node: LatexMacroNode) -> str:
    return str(node.macroname) if node.macroname[:1].isalpha() else ""
