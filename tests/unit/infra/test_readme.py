"""The page that a newcomer follows names what there is."""

import re
from pathlib import Path

from infra.translate import Template

INFRA = Path(__file__).resolve().parents[3] / "infra"
TEXT = (INFRA / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)\)")


def test_its_links_lead_somewhere() -> None:
    assert not [link for link in LINK.findall(TEXT) if not (INFRA / link).exists()]


def test_its_parameters_are_the_templates(template: Template) -> None:
    named = set(re.findall(r"`([A-Z][A-Za-z]+)(?:=\w+)?`", TEXT))
    known = {*template["Parameters"], *template["Outputs"], *template["Resources"], "GetAccount"}
    assert named >= {"SendWorkers", "CreateIdentity", "WebDomain", "AlarmAddress"}
    assert named - known <= {"DkimRecord"}


def test_it_tells_of_every_function_and_every_secret() -> None:
    for name in ("prepare", "fanout", "deliver", "events", "post", "web"):
        assert f"`{name}`" in TEXT
    for name in ("token_keys", "address_key", "api_key"):
        assert f"/newsletter/prod/{name}" in TEXT


def test_the_commands_of_aws_go_to_the_region_of_the_stage() -> None:
    example = (INFRA / "stages" / "example.toml").read_text(encoding="utf-8")
    (region,) = re.findall(r'^region = "(.+)"', example, re.MULTILINE)
    first = TEXT.index(f"export AWS_REGION={region} ")
    assert first < TEXT.index("aws ssm put-parameter")


def test_the_example_of_a_stage_sets_all_that_has_no_default(template: Template) -> None:
    example = (INFRA / "stages" / "example.toml").read_text(encoding="utf-8")
    set_there = set(re.findall(r'^    "(\w+)=', example, re.MULTILINE))
    needed = {name for name, each in template["Parameters"].items() if "Default" not in each}
    assert needed <= set_there <= set(template["Parameters"])
