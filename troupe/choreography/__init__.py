"""Build time: what the agents' signatures say, found, drawn and checked before anything is deployed."""
