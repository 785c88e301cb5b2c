"""Hands an agent's asset to the CDK."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk

from stacks.bundling import bundle
from stacks.contents import Contents


def stage_asset(stack: cdk.Stack, contents: Contents) -> cdk.FileAssetLocation:
    """Where the asset will be once it is published. Builds it, unless this synth is not going to publish the stack.

    The asset's name is the hash of its inputs and not of what was built (as CDK's own bundling would mix in),
    so that the template is the same whether it was built or not; one that lies in the output folder is kept.
    """
    outdir = cdk.Stage.of(stack)
    assert outdir is not None  # noqa: S101 (every stack here stands in an App)
    folder = Path(outdir.outdir) / f"asset.{contents.hash}"
    if stack.bundling_required and not folder.exists():
        bundle(contents, folder)
    return stack.synthesizer.add_file_asset(
        source_hash=contents.hash,
        file_name=folder.name,
        packaging=cdk.FileAssetPackaging.ZIP_DIRECTORY,
        display_name=f"{stack.stack_name} code",
    )
