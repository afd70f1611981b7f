"""The rules that hold for every mail we send, checked before it goes out.

What only a browser can tell (scrolling, computed contrast, dark mode) is checked in the tests.
"""

from newsletter.render.lint.check import lint
from newsletter.render.lint.finding import Finding, Rule

__all__ = ["Finding", "Rule", "lint"]
