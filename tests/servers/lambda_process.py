"""One function as Lambda runs it: ``python -m tests.servers.lambda_process HANDLER [RECORDING]``.

AWS's own runtime client calls the handler; where it asks what to do is in the environment. What
the function asks of AWS is written to the recording.
"""

import sys
from pathlib import Path

from awslambdaric import __main__ as runtime

from tests.servers.aws_recorder import record


def main(handler: str, recording: str = "") -> None:
    """Serve until killed."""
    if recording:
        record(Path(recording), handler.rpartition(".")[2])
    runtime.main(["lambda", handler])


if __name__ == "__main__":
    main(*sys.argv[1:])
