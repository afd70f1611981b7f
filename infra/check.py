"""Check the template, offline: ``python -m infra.check``.

Three checks, for each finds what the others miss: cfn-lint on the template, the translation to
plain CloudFormation, cfn-lint on the translation.
"""

import json
import sys
from collections.abc import Iterator

from cfnlint.api import lint
from cfnlint.config import ManualArgs
from samtranslator.model.exceptions import InvalidDocumentException

from infra.translate import TEMPLATE, read_template, translate

REGIONS = ["eu-west-1", "us-east-1"]


def findings(text: str, name: str) -> Iterator[str]:
    """Yield what cfn-lint finds in a template, one line each."""
    for match in lint(text, config=ManualArgs(regions=REGIONS)):
        yield f"{name}:{match.linenumber}: {match.rule.id} {match.message}"


def check() -> Iterator[str]:
    """Yield what is wrong with the template and with its translation."""
    yield from findings(TEMPLATE.read_text(encoding="utf-8"), TEMPLATE.name)
    try:
        translated = translate(read_template())
    except InvalidDocumentException as error:
        yield from (f"{TEMPLATE.name}: {each.message}" for each in error.causes)
        return
    yield from findings(json.dumps(translated, indent=1), "the translation")


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    wrong = tuple(check())
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    if not wrong:
        sys.stdout.write("The template, its translation: nothing to find.\n")
    return min(1, len(wrong))


if __name__ == "__main__":
    sys.exit(main())
