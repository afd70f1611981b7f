"""Macros by what becomes of them. Data."""

PLAIN_STYLES: tuple[str, ...] = (
    "mathbf", "mathit", "mathtt", "mathrm", "mathsf", "mathnormal", "mathcal", "mathfrak",
    "mathscr", "boldsymbol", "bm", "pmb", "operatorname", "textnormal", "textup", "text",
    "mbox", "hbox", "textrm", "textbf", "textit", "texttt", "textsf", "textsc", "emph",
    "underline", "overline", "mathop", "widehat", "widetilde", "hat", "tilde", "bar", "vec",
    "mathring", "uline",
)  # fmt: skip
"""Of one argument, of which only the argument stays, inside formulas."""

SILENT: tuple[str, ...] = (
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl",
    "biggr", "displaystyle", "textstyle", "limits", "nolimits", "xspace", "bf", "it", "rm",
    "tt", "sf", "sc", "em", "bfseries", "itshape", "ttfamily", "rmfamily", "sffamily",
    "scshape", "upshape", "mdseries", "normalfont", "tiny", "small", "large", "Large",
    "centering", "noindent", "maketitle", "label", "protect", "unboldmath", "boldmath", "cal",
    "scriptsize", "footnotesize", "normalsize",
)  # fmt: skip
"""Switches that leave nothing behind."""

TEXT_STYLES: frozenset[str] = frozenset({
    "textbf", "textit", "emph", "textsc", "texttt", "textrm", "textsf", "textnormal", "textmd",
    "textup", "textsl", "underline", "uline", "mbox", "hbox", "text", "bf", "it", "em", "tt",
    "rm", "sc", "sf", "bfseries", "itshape", "mathrm", "mathbf", "mathit", "title", "uppercase",
    "footnote", "ul",
})  # fmt: skip
"""Of one argument that is text: it is resolved in turn."""

LETTER_ACCENTS: frozenset[str] = frozenset({
    "c", "v", "u", "H", "k", "r", "b", "d", "t",
})  # fmt: skip
"""Accents whose name is a letter: ``\\c{c}``, ``\\v s``."""

LETTERS: frozenset[str] = frozenset({
    "o", "O", "l", "L", "i", "j", "aa", "AA", "ae", "AE", "oe", "OE", "ss",
})  # fmt: skip
"""Letters of their own; a blank after them only ends their name: ``S\\o ren``."""

LINKS: frozenset[str] = frozenset({
    "url", "href", "cite", "citep", "citet", "ref", "eqref", "textcolor",
})  # fmt: skip
"""Of one or two arguments that are shown in their own way."""

TWO_ARGUMENTS: frozenset[str] = frozenset({
    "href", "textcolor",
})  # fmt: skip

FUNCTIONS: frozenset[str] = frozenset({
    "log", "ln", "exp", "sin", "cos", "tan", "max", "min", "mod", "arg", "sup", "inf", "det",
    "dim", "Pr", "tanh",
})  # fmt: skip
"""Words that are part of a formula, not of prose."""
