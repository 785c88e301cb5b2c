"""The CDK app: reads the agents' signatures, builds the stacks. `cdk synth` and `cdk deploy --all` run it."""

import os
import shutil
import signal
import sys
from pathlib import Path


def main() -> None:
    if shutil.which(os.environ.get("JSII_NODE", "node")) is None:
        sys.exit("Node.js is missing: the CDK runs on it. Install version 20 or later and run this again.")
    # Node 20 works; without this, jsii greets it with a banner of eleven lines.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

    from jsii.errors import JavaScriptError

    from stacks.errors import BuildError
    from stacks.project import build
    from troupe.choreography.discovery import DiscoveryError
    from troupe.choreography.findings import Broken
    from troupe.runtime.signature import SignatureError

    try:
        build(Path(__file__).resolve().parent).synth()
    except (BuildError, Broken, DiscoveryError, SignatureError) as error:
        sys.exit(str(error))
    except RuntimeError as error:
        if not isinstance(error.__cause__, JavaScriptError):
            raise
        sys.exit(str(error).splitlines()[0])  # the CDK refused; its findings stand above


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.unraisablehook = lambda _: None  # jsii's farewell to a process that Ctrl-C has stopped as well
        sys.exit("Interrupted; nothing was synthesized.")
