"""What all sections of the settings have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One table of the settings file: frozen, strict, no key it does not know.

    The docstring of each attribute is the key's description in ``newsletter.example.toml``; see
    ``descriptions``, which reads them only where they are shown.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_default=True,
        validate_by_name=False,
        validate_by_alias=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        defer_build=True,
    )
