"""The command line: one file per verb, which reads arguments and prints; the work is done elsewhere."""
