"""The checks of the template find what is wrong."""

import pytest

from infra import check
from infra.translate import read_template


def test_cfn_lint_sees_a_property_that_there_is_not() -> None:
    text = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {Colour: red}}}"
    assert [
        line for line in check.findings(text, "a") if line.startswith("a:") and "Colour" in line
    ]


def test_what_cannot_be_translated_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a role, SAM would make one with AWS's own policies, and finds ours in its way."""
    careless = read_template()
    del careless["Resources"]["Events"]["Properties"]["Role"]
    monkeypatch.setattr(check, "read_template", lambda: careless)
    monkeypatch.setattr(check, "findings", lambda _text, _name: iter(()))
    assert [line for line in check.check() if "EventsRole" in line]


def test_what_is_wrong_is_told_and_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "check", lambda: iter(["template.yaml:1: E0000 no"]))
    assert check.main() == 1
    assert "E0000" in capsys.readouterr().err
