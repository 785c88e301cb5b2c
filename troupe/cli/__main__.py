"""`python -m troupe.cli`, for where the entry is not installed."""

from troupe.cli.main import main

main()
