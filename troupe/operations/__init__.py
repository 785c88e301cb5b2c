"""What is done to a running stage: looking at its dead letters, and putting them right. The same here and in AWS."""
