"""What every agent runs on; ships to Lambda."""
