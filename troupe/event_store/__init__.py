"""Every event, kept once: DynamoDB as the append-only record that traces, audits and replays are told from."""
