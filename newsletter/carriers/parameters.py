"""Secrets out of AWS's Parameter Store."""

from collections.abc import Mapping
from typing import Final

from botocore.exceptions import ClientError

from newsletter.carriers.aws_client import SDK_ERRORS, connect
from newsletter.errors import ConfigurationError

SETTING_OF: Final[Mapping[str, str]] = {
    "token_keys": "secrets.token_keys",
    "address_key": "secrets.address_key",
    "api_key": "summaries.api_key",
}
"""Name of a parameter, below the path → the setting that it holds."""
NEEDED: Final = ("token_keys", "address_key")


def read_parameters(
    path: str, *, region: str | None, endpoint_url: str | None
) -> Mapping[str, str]:
    """Return what is there of ``SETTING_OF``, by setting.

    Raises:
        ConfigurationError: they cannot be read, or one that is needed is missing.
    """
    names = {f"{path}/{name}": setting for name, setting in SETTING_OF.items()}
    try:
        sdk = connect("ssm", region=region, endpoint_url=endpoint_url)
        reply = sdk.get_parameters(Names=list(names), WithDecryption=True)
    except SDK_ERRORS as error:
        raise ConfigurationError(
            f"aws.parameters: {path} cannot be read ({error}): {_fix(error)}"
        ) from error
    found = {names[each["Name"]]: str(each["Value"]) for each in reply["Parameters"]}
    missing = [f"{path}/{name}" for name in NEEDED if SETTING_OF[name] not in found]
    if missing:
        raise ConfigurationError(
            f"the parameter {missing[0]} is missing: make it with `aws ssm put-parameter --type "
            f"SecureString --name {missing[0]} --value …`; see infra/README.md"
        )
    return found


def _fix(error: Exception) -> str:
    kind = type(error).__name__
    if kind.endswith("CredentialsError") or kind == "ProfileNotFound":
        return "give AWS credentials: AWS_PROFILE, a role, or `aws configure`"
    if isinstance(error, ClientError):
        return "see that this role or user may ssm:GetParameters there, and that its keys are valid"
    return "check the network, and aws.region"
