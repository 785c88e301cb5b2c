"""The local cloud as a long-running process: an HTTP endpoint, and one operating system process per agent."""
